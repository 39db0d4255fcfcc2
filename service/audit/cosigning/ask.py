"""One submission to one witness: bounded in time and size, certificate checked, no redirect followed."""

import http.client
import socket
import ssl
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from service.audit.cosigning.address import Door, addresses_of

ANSWER_BYTES_MAX = 128 * 1024


class WitnessSilent(Exception):
    """No whole answer came; ``code`` says how, for people who look after it."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@dataclass(frozen=True)
class Heard:
    """What came back, whole."""

    status: int
    content: bytes


def submit(door: Door, body: bytes, *, seconds: float, roots: Path | None = None) -> Heard:
    """Post a submission once and return the answer; raises :class:`WitnessSilent`."""
    line = _Line(door, time.monotonic() + seconds, roots)
    # Whatever drips, the line is cut at the end: a timeout of the socket starts anew with each byte.
    cut = threading.Timer(seconds, line.cut)
    cut.daemon = True
    cut.start()
    try:
        host = door.host if door.port == line.default_port else f"{door.host}:{door.port}"
        headers = {"Host": host, "Content-Type": "text/plain; charset=utf-8"}
        line.request("POST", f"{door.path}/add-checkpoint", body, headers)
        answer = line.getresponse()
        framed = answer.length is not None or bool(answer.chunked)
        content = answer.read(ANSWER_BYTES_MAX + 1)
    except ssl.SSLCertVerificationError:
        raise WitnessSilent("certificate_refused") from None
    except TimeoutError:
        raise WitnessSilent("timed_out") from None
    except (OSError, http.client.HTTPException, ValueError):
        raise WitnessSilent("timed_out" if line.was_cut else "unreachable") from None
    finally:
        cut.cancel()
        line.close()
    if len(content) > ANSWER_BYTES_MAX:
        raise WitnessSilent("answer_too_long")
    # An answer that ends where the line ends may be half of one.
    if line.was_cut or not framed or answer.length:
        raise WitnessSilent("timed_out" if line.was_cut else "unreachable")
    return Heard(answer.status, content)


class _Line(http.client.HTTPConnection):
    """A connection to an address that was judged, whatever the name says a moment later."""

    def __init__(self, door: Door, deadline: float, roots: Path | None) -> None:
        super().__init__(door.host, door.port)
        self.default_port = 443 if door.tls else 80
        self._door, self._deadline, self._roots = door, deadline, roots
        self.was_cut = False

    def connect(self) -> None:
        """Connect to the first address that answers."""
        failed: OSError = OSError("no address")
        for address in addresses_of(self._door):
            left = self._deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError
            try:
                self.sock = socket.create_connection((address, self._door.port), left)
            except OSError as error:
                failed = error
                continue
            if self._door.tls:
                context = ssl.create_default_context(cafile=self._roots)
                context.minimum_version = ssl.TLSVersion.TLSv1_2
                self.sock = context.wrap_socket(self.sock, server_hostname=self._door.host)
            return
        raise failed

    def cut(self) -> None:
        """End the conversation from another thread."""
        self.was_cut = True
        with suppress(OSError, AttributeError):
            self.sock.shutdown(socket.SHUT_RDWR)

"""Send one event over HTTP: to the address that was looked at, once, without redirects, within seconds."""

import socket
import ssl
import time
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import h11

from service.foundation.logs import without_numbers
from service.foundation.settings import settings
from service.webhooks.address import Target, addresses, target
from service.webhooks.problems import WebhookAddressRefused

CONNECT_SECONDS = 5.0
ALL_SECONDS = 10.0
_ANSWER_BYTES = 4_096
_ANSWER_CHARS = 300
_RETRY_SECONDS_MAX = 86_400


@dataclass(frozen=True)
class Answer:
    """What a try came to; ``status`` is None when no answer came."""

    outcome: str
    """taken, refused, address_refused, not_reached, not_secure, too_slow, broken."""
    status: int | None = None
    milliseconds: int = 0
    said: str = ""
    retry_after_seconds: int = 0


def post(url: str, headers: dict[str, str], body: bytes) -> Answer:
    """Send and return what came of it; raises nothing."""
    begun = time.monotonic()
    status, said, wait = None, "", 0
    try:
        status, said, wait = _exchange(target(url), headers, body, begun + ALL_SECONDS)
        outcome = "taken" if 200 <= status < 300 else "refused"
    except WebhookAddressRefused:
        outcome = "address_refused"
    except ssl.SSLError:
        outcome = "not_secure"
    except TimeoutError:
        outcome = "too_slow"
    except OSError:
        outcome = "not_reached"
    except (h11.ProtocolError, ValueError):
        outcome = "broken"
    return Answer(outcome, status, round((time.monotonic() - begun) * 1000), said, wait)


def _exchange(
    to: Target, headers: dict[str, str], body: bytes, until: float
) -> tuple[int, str, int]:
    number = addresses(to)[0]
    with socket.create_connection((number, to.port), timeout=CONNECT_SECONDS) as plain:
        plain.settimeout(_left(until))
        if to.scheme == "https":
            with _tls(settings().webhook_roots_file).wrap_socket(
                plain, server_hostname=to.host
            ) as secured:
                return _ask(secured, to, headers, body, until)
        return _ask(plain, to, headers, body, until)


def _ask(
    line: socket.socket, to: Target, headers: dict[str, str], body: bytes, until: float
) -> tuple[int, str, int]:
    protocol = h11.Connection(h11.CLIENT, max_incomplete_event_size=16_384)
    said = {
        "host": to.authority,
        "user-agent": "anxin-webhooks/1",
        "content-type": "application/json; charset=utf-8",
        "content-length": str(len(body)),
        "connection": "close",
        **headers,
    }
    asked = h11.Request(method="POST", target=to.path, headers=list(said.items()))
    line.settimeout(_left(until))
    line.sendall(
        (protocol.send(asked) or b"")
        + (protocol.send(h11.Data(data=body)) or b"")
        + (protocol.send(h11.EndOfMessage()) or b"")
    )
    answer, content = None, b""
    while True:
        event = protocol.next_event()
        if event is h11.NEED_DATA:
            line.settimeout(_left(until))
            protocol.receive_data(line.recv(4_096))
        elif isinstance(event, h11.Response):
            answer = event
        elif isinstance(event, h11.Data):
            content += bytes(event.data)
        elif isinstance(event, h11.EndOfMessage | h11.ConnectionClosed):
            break
        # What it answers beyond that is nobody's concern; the status has been said.
        if len(content) >= _ANSWER_BYTES:
            break
    if answer is None:
        raise h11.RemoteProtocolError("no answer")
    return answer.status_code, _beginning(content), _retry_after(answer)


def _beginning(content: bytes) -> str:
    """Return how an answer begins, printable and without long numbers."""
    text = content[:_ANSWER_BYTES].decode("utf-8", "replace")
    shown = "".join(one if one.isprintable() else " " for one in text)
    return str(without_numbers(shown))[:_ANSWER_CHARS].strip()


def _retry_after(answer: h11.Response) -> int:
    for name, value in answer.headers:
        said = value.decode("latin-1")
        if name == b"retry-after" and len(said) <= 6 and said.isascii() and said.isdecimal():
            return min(int(said), _RETRY_SECONDS_MAX)
    return 0


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


@lru_cache(maxsize=4)
def _tls(roots: Path | None) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(roots) if roots else None)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context

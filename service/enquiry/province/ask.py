"""Ask the province over HTTP: bounded in time, in size and in how many ask at once; no redirects."""

import http.client
import json
import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode, urlsplit

from service.enquiry.province.configured import may_be_asked
from service.enquiry.province.problems import ProvinceBusy, ProvinceSilent
from service.foundation.logs import kind_of, logger

SECONDS_MAX, BYTES_MAX, AT_ONCE_MAX = 8.0, 256 * 1024, 6
_turn = threading.BoundedSemaphore(AT_ONCE_MAX)
"""A province that hangs may keep a few of this process's threads, never all of them."""


def get(address: str, token: str = "") -> dict[str, Any]:
    """Return the JSON object at an address; raises ProvinceSilent, ProvinceBusy."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    status, said = _ask("GET", address, None, headers)
    if status != http.client.OK:
        raise ProvinceSilent(f"status_{status}")
    return said


def post(
    address: str, form: Mapping[str, str], headers: Mapping[str, str]
) -> tuple[int, dict[str, Any]]:
    """Return status and JSON object that a form is answered with; raises as :func:`get`."""
    sent = {"Content-Type": "application/x-www-form-urlencoded", **headers}
    return _ask("POST", address, urlencode(form).encode(), sent)


def _ask(
    method: str, address: str, body: bytes | None, headers: Mapping[str, str]
) -> tuple[int, dict[str, Any]]:
    if not may_be_asked(address):
        raise ProvinceSilent("address_refused")
    if not _turn.acquire(timeout=1):
        raise ProvinceBusy
    try:
        status, content = _exchange(method, address, body, headers)
    except (OSError, http.client.HTTPException, ValueError) as error:
        logger("province").warning("province.silent", kind=kind_of(error))
        raise ProvinceSilent from None
    finally:
        _turn.release()
    try:
        said = json.loads(content)
    except (ValueError, RecursionError):
        raise ProvinceSilent("no_json") from None
    if not isinstance(said, dict):
        raise ProvinceSilent("no_json")
    return status, said


def _exchange(
    method: str, address: str, body: bytes | None, headers: Mapping[str, str]
) -> tuple[int, bytes]:
    parts = urlsplit(address)
    line: http.client.HTTPConnection
    if parts.scheme == "https":
        context = ssl.create_default_context()
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        line = http.client.HTTPSConnection(parts.netloc, timeout=SECONDS_MAX, context=context)
    else:
        line = http.client.HTTPConnection(parts.netloc, timeout=SECONDS_MAX)
    # Whatever drips, the line is cut at the end: a timeout of the socket starts anew with each byte.
    cut = threading.Timer(SECONDS_MAX, _cut, [line])
    cut.daemon = True
    cut.start()
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        line.request(method, path, body, {"Accept": "application/json", **headers})
        answer = line.getresponse()
        content = answer.read(BYTES_MAX + 1)
        if len(content) > BYTES_MAX or answer.length:
            raise ValueError("the answer is longer than any that is meant, or was cut")
        return answer.status, content
    finally:
        cut.cancel()
        line.close()


def _cut(line: http.client.HTTPConnection) -> None:
    with suppress(OSError, AttributeError):
        line.sock.shutdown(socket.SHUT_RDWR)

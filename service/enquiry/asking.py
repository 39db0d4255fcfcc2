"""Carry an ID number from the first question to the second: sealed, in a cookie of this browser.

Neither the address nor the page repeats the number, and nobody but this service can open it.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode

from starlette.requests import HTTPConnection
from starlette.responses import Response

from service.foundation.encryption import SealBroken, sealer
from service.web import cookies

COOKIE = "anxin-asking"
_PLACE = "cookies:asking:browser"


def remember(response: Response, id_number: str, *, secure: bool) -> None:
    """Keep the number that a code was asked for in this browser, until it is closed."""
    sealed = urlsafe_b64encode(sealer().seal(id_number, _PLACE)).decode()
    cookies.write(response, COOKIE, sealed, secure=secure)


def remembered(connection: HTTPConnection) -> str | None:
    """Return the number that a code was asked for, or None when nothing (true) is remembered."""
    kept = cookies.read(connection, COOKIE)
    if kept is None:
        return None
    try:
        return sealer().open(urlsafe_b64decode(kept), _PLACE)
    except (SealBroken, ValueError):
        return None


def forget(response: Response, *, secure: bool) -> None:
    """Take the number out of the browser."""
    cookies.clear(response, COOKIE, secure=secure)

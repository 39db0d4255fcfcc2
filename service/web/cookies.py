"""Our cookies: their names, and the only way they are written.

Over https the names carry ``__Host-``, so that no other host and no plain page can plant one.
"""

from http.cookies import CookieError, SimpleCookie

from starlette.requests import HTTPConnection
from starlette.responses import Response

SESSION, VISITOR, LANGUAGE, TEXT = "anxin", "anxin-visitor", "lang", "text"
_YEAR_SECONDS = 365 * 24 * 3600


def name_of(cookie: str, *, secure: bool) -> str:
    """Return the name a cookie has on this connection."""
    return f"__Host-{cookie}" if secure else cookie


def is_secure(connection: HTTPConnection) -> bool:
    return connection.url.scheme == "https"


def read(connection: HTTPConnection, cookie: str) -> str | None:
    """Return a cookie's value, bounded, or None."""
    value = connection.cookies.get(name_of(cookie, secure=is_secure(connection)))
    return value if value and len(value) <= 128 else None


def header(
    cookie: str, value: str, *, secure: bool, keep: bool = False, crossing: bool = False
) -> str:
    """Return a Set-Cookie header; ``keep`` makes it outlive the browser's session.

    ``crossing`` is for the one that must be there when another site leads back to us.
    """
    jar: SimpleCookie = SimpleCookie()
    name = name_of(cookie, secure=secure)
    try:
        jar[name] = value
    except CookieError:
        raise ValueError("a cookie of ours has a name that cookies may not have") from None
    morsel = jar[name]
    morsel["path"], morsel["httponly"] = "/", True
    morsel["samesite"] = "Lax" if crossing else "Strict"
    if secure:
        morsel["secure"] = True
    if keep:
        morsel["max-age"] = _YEAR_SECONDS
    return morsel.OutputString()


def write(
    response: Response, cookie: str, value: str, *, secure: bool, crossing: bool = False
) -> None:
    """Set a cookie for this browser session; see :func:`header`."""
    fresh = header(cookie, value, secure=secure, crossing=crossing)
    response.headers.append("set-cookie", fresh)


def clear(response: Response, cookie: str, *, secure: bool) -> None:
    """Take a cookie back."""
    gone = header(cookie, "", secure=secure) + "; Max-Age=0"
    response.headers.append("set-cookie", gone)

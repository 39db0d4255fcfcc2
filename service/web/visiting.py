"""Begin every request: its id, its language, its text size, and what its form tokens hang on."""

import re
import secrets

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.web import cookies
from service.web.here import Visit, enter
from service.web.language import LANGUAGES, choose

_SIZES = ("normal", "large")
_CHOICE = re.compile(rb"lang|text|%")


class Visiting:
    """Put a :class:`Visit` in place, and give a new browser its visitor's cookie."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        here = _visit_of(HTTPConnection(scope))
        enter(here)

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["x-request-id"] = here.request_id
                if here.visitor_is_new:
                    fresh = cookies.header(cookies.VISITOR, here.secret, secure=here.secure)
                    headers.append("set-cookie", fresh)
            await send(message)

        await self._app(scope, receive, send_with_cookie)


class Switching:
    """Answer ``?lang=en`` and ``?text=large``: remember the choice and show the same page again."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # Nearly nobody chooses anything, and reading a whole query for it takes its time.
        is_asked = scope["type"] == "http" and _CHOICE.search(scope["query_string"]) is not None
        if is_asked and scope["method"] == "GET" and _is_page(scope["path"]):
            connection = HTTPConnection(scope)
            chosen = {
                cookies.LANGUAGE: _one_of(LANGUAGES, connection.query_params.get("lang")),
                cookies.TEXT: _one_of(_SIZES, connection.query_params.get("text")),
            }
            if any(chosen.values()):
                await _switch(connection, chosen)(scope, receive, send)
                return
        await self._app(scope, receive, send)


def _visit_of(connection: HTTPConnection) -> Visit:
    secret = cookies.read(connection, cookies.SESSION) or cookies.read(connection, cookies.VISITOR)
    accepted = connection.headers.get("accept-language", "")
    return Visit(
        language=choose(cookies.read(connection, cookies.LANGUAGE), accepted),
        large_text=cookies.read(connection, cookies.TEXT) == "large",
        request_id=secrets.token_hex(8),
        path=connection.url.path,
        query=connection.url.query,
        secure=cookies.is_secure(connection),
        secret=secret or "",
        fragment=connection.headers.get("x-fragment", "")[:64],
    )


def _switch(connection: HTTPConnection, chosen: dict[str, str]) -> RedirectResponse:
    url = connection.url.remove_query_params(["lang", "text"])
    # Only the path: the address never leaves this host, whatever the Host header said. A path that
    # began with two slashes would be read as a host's name.
    target = "/" + url.path.lstrip("/\\") + (f"?{url.query}" if url.query else "")
    response = RedirectResponse(target, status_code=303)
    for cookie, value in chosen.items():
        if value:
            fresh = cookies.header(cookie, value, secure=cookies.is_secure(connection), keep=True)
            response.headers.append("set-cookie", fresh)
    return response


def _one_of(known: tuple[str, ...], value: str | None) -> str:
    return value if value in known else ""


def _is_page(path: str) -> bool:
    return not path.startswith(("/api/", "/static/"))

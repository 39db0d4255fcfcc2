"""Forms that only our own pages can send: a token per browser and form, checked before anything else."""

import hmac
from urllib.parse import urlsplit

from fastapi import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from service.foundation.problems import Problem
from service.web.form_tokens import FIELD, token, unmasked
from service.web.here import visit
from service.web.problem_pages import respond

_SAFE = ("GET", "HEAD", "OPTIONS")


class FormExpired(Problem):
    """The form was not sent by a page of ours to this browser."""

    code = "form_expired"
    status = 403
    title = "This form can no longer be used"

    def __init__(self) -> None:
        super().__init__(
            "This form was opened before you signed in or out, or not on our page; open the page again and repeat it.",
            "这张表单是在登录状态变化之前打开的，或不是本系统的页面；请重新打开页面后再提交。",
        )


class ForeignPage(Problem):
    """Another site's page tried to act with this browser's session."""

    code = "foreign_page"
    status = 403
    title = "The request came from another site"

    def __init__(self) -> None:
        super().__init__(
            "The request came from a page of another site, so nothing was done.",
            "该请求来自其他网站的页面，未执行任何操作。",
        )


async def form_checked(request: Request) -> None:
    """Refuse a form without its token; a dependency of every page. Raises :class:`FormExpired`."""
    if request.method in _SAFE:
        return
    given = (await request.form()).get(FIELD)
    secret = visit().secret
    if not secret or not isinstance(given, str):
        raise FormExpired
    wanted = token(secret, request.url.path)
    if not hmac.compare_digest(unmasked(given).encode(), wanted.encode()):
        raise FormExpired


class SameOrigin:
    """Refuse what browsers themselves say comes from another site; for pages and programs alike."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] not in _SAFE and _is_foreign(scope):
            await respond(ForeignPage())(scope, receive, send)
            return
        await self._app(scope, receive, send)


def _is_foreign(scope: Scope) -> bool:
    headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
    site = headers.get(b"sec-fetch-site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = headers.get(b"origin")
    return origin is not None and urlsplit(origin).netloc != headers.get(b"host", "")

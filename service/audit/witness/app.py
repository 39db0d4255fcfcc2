"""The witness over HTTP: one address to submit to, and what it cosigned last for whoever wants to see it."""

import asyncio
from dataclasses import dataclass
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from service.audit.witness.home import Home, HomeUnusable
from service.audit.witness.judge import add_checkpoint
from service.audit.witness.limits import Limits
from service.audit.witness.page import html, status
from service.audit.witness.request import BODY_BYTES_MAX

BODY_SECONDS_MAX = 10.0
_SAFE = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


class _TooLong(Exception):
    """A body that is longer than any submission."""


def create_app(home: Home, limits: Limits) -> Starlette:
    """Return the application of one witness."""
    door = _Door(home, limits)
    return Starlette(
        routes=[
            Route("/add-checkpoint", door.submit, methods=["POST"]),
            Route("/", door.show, methods=["GET"]),
            Route("/status.json", door.show, methods=["GET"]),
            Route("/cosigned/{file_name}", door.show_note, methods=["GET"]),
        ]
    )


@dataclass(frozen=True)
class _Door:
    home: Home
    limits: Limits

    async def submit(self, request: Request) -> Response:
        """Take one submission whole, judge it aside, answer."""
        if not self._admitted(request):
            return _too_often()
        try:
            async with asyncio.timeout(BODY_SECONDS_MAX):
                body = await _body(request)
        except _TooLong:
            return _plain(413, "This is longer than any submission.", "内容过长。")
        except TimeoutError:
            return _plain(408, "The submission came too slowly.", "提交过慢。")
        except ClientDisconnect:
            return Response(status_code=400)
        try:
            answer = await run_in_threadpool(add_checkpoint, self.home, body)
        except OSError:
            return _plain(503, "The disk failed; nothing was cosigned.", "磁盘故障，未联署。")
        return Response(answer.content, answer.status, {**_SAFE, "Content-Type": answer.kind})

    async def show(self, request: Request) -> Response:
        """What was cosigned last of each log: a page, or JSON for programs."""
        said = await self._status(request)
        if isinstance(said, Response):
            return said
        if request.url.path.endswith(".json"):
            return JSONResponse(said, headers=_SAFE)
        return HTMLResponse(html(said), headers=_SAFE)

    async def show_note(self, request: Request) -> Response:
        """The last checkpoint of one log as a signed note, for programs that compare."""
        said = await self._status(request)
        if isinstance(said, Response):
            return said
        wanted = request.path_params["file_name"]
        for log in said["logs"]:
            if log["file_name"] == wanted and log["note"]:
                return PlainTextResponse(log["note"], headers=_SAFE)
        return _plain(404, "Nothing of this log was cosigned yet.", "尚未联署该日志的检查点。")

    async def _status(self, request: Request) -> dict[str, Any] | Response:
        if not self._admitted(request):
            return _too_often()
        try:
            return await run_in_threadpool(status, self.home)
        except (HomeUnusable, OSError):
            return _plain(503, "This witness cannot read its directory.", "见证服务目录不可用。")

    def _admitted(self, request: Request) -> bool:
        return self.limits.admit(request.client.host if request.client else "")


async def _body(request: Request) -> bytes:
    found = bytearray()
    async for part in request.stream():
        found += part
        if len(found) > BODY_BYTES_MAX:
            raise _TooLong
    return bytes(found)


def _plain(code: int, sentence: str, sentence_zh: str) -> Response:
    return PlainTextResponse(f"{sentence}\n{sentence_zh}\n", code, headers=_SAFE)


def _too_often() -> Response:
    return _plain(429, "Too many requests.", "请求过于频繁。")

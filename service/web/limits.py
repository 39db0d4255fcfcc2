"""How much a request may send: little, except where a stage takes files."""

import re

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.foundation.settings import settings
from service.web.problem_pages import TooLarge, respond

BODY_BYTES_MAX = 512 * 1024
_LENGTH = re.compile(rb"[0-9]{1,15}")
_upload_paths: list[str] = []


def accept_uploads(path: str) -> str:
    """Let paths that begin with ``path`` take files up to the setting; return the path."""
    _upload_paths.append(path)
    return path


def bytes_max_at(path: str) -> int:
    """Return how many bytes a request to ``path`` may send."""
    if any(path.startswith(allowed) for allowed in _upload_paths):
        return settings().upload_bytes_max
    return BODY_BYTES_MAX


class BodyLimit:
    """Refuse a body by its announced length, and cut off one that lied about it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        bytes_max = bytes_max_at(scope["path"])
        announced = dict(scope["headers"]).get(b"content-length", b"0")
        if not _LENGTH.fullmatch(announced) or int(announced) > bytes_max:
            await respond(TooLarge(bytes_max))(scope, receive, send)
            return
        received = 0

        async def receive_bounded() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > bytes_max:
                # The framework hides any other exception that is raised while it reads.
                raise HTTPException(status_code=413)
            return message

        await self._app(scope, receive_bounded, send)

"""Serve the style sheet, the scripts and the icon: compressed once, at addresses that change with them."""

import gzip
import hashlib
import mimetypes
from pathlib import Path

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.staticfiles import NotModifiedResponse, StaticFiles
from starlette.types import Scope

from service.web.render import STATIC

_TEXT = frozenset({".css", ".js", ".svg"})


class KeptStaticFiles(StaticFiles):
    """Static files that a browser asks for once a version."""

    def __init__(self) -> None:
        super().__init__(directory=STATIC)
        self._packed = {
            path.name: _packed(path) for path in STATIC.iterdir() if path.suffix in _TEXT
        }

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return a file, to be kept for a year when its address names its version."""
        asked = Headers(scope=scope)
        found = self._packed.get(path)
        if found is not None and scope["method"] in ("GET", "HEAD") and _takes_gzip(asked):
            response = self._compressed(found, path, asked)
        else:
            response = await super().get_response(path, scope)
        if found is not None:
            response.headers["vary"] = "accept-encoding"
        versioned = scope["query_string"].startswith(b"v=") and response.status_code in (200, 304)
        response.headers["cache-control"] = (
            "public, max-age=31536000, immutable" if versioned else "no-cache"
        )
        return response

    def _compressed(self, packed: bytes, path: str, asked: Headers) -> Response:
        headers = {
            "content-encoding": "gzip",
            "etag": f'"{hashlib.sha256(packed).hexdigest()[:32]}"',
        }
        response = Response(packed, headers=headers, media_type=mimetypes.guess_type(path)[0])
        if self.is_not_modified(response.headers, asked):
            return NotModifiedResponse(response.headers)
        return response


def _packed(path: Path) -> bytes:
    # Without a time in it the same file is the same bytes in every process.
    return gzip.compress(path.read_bytes(), compresslevel=9, mtime=0)


def _takes_gzip(asked: Headers) -> bool:
    """Return whether a browser says that it reads gzip; ``gzip;q=0`` says that it does not."""
    for one in asked.get("accept-encoding", "").lower().split(","):
        name, _, weight = one.partition(";")
        if name.strip() == "gzip":
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False

"""Compress pages: fifty rows of a table are forty kilobytes of markup and six on their way.

Only pages. A file is compressed by its format, and a program asks for few bytes or for many in pages
of its own choosing. What a page holds in secret reads otherwise each time (`form_tokens`), and no
page of an officer or resident is answered to a request that another site began (`cookies`).
"""

from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp

_SIZE_MIN = 1024
_LEVEL = 5
"""Of nine; the next ones take twice the time for two bytes in a hundred."""
_NO_PAGES = (
    "application/*",
    "audio/*",
    "font/*",
    "image/*",
    "video/*",
    "text/css",
    "text/csv",
    "text/event-stream",
    "text/javascript",
    "text/plain",
    "text/x-python",
)


class Compressed(GZipMiddleware):
    """Answer with a compressed page whoever says that he reads one."""

    def __init__(self, app: ASGIApp) -> None:
        super().__init__(app, _SIZE_MIN, _LEVEL, exclude_content_types=_NO_PAGES)

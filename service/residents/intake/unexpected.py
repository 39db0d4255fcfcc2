"""A fault of our own while looking at a source: noted by kind and place, never by its message."""

import traceback

from service.foundation.logs import logger
from service.foundation.problems import Problem


class Unexpected(Problem):
    """Something of ours failed; the log says where."""

    code = "source_unexpected"
    status = 500
    title = "Looking at a source failed"

    def __init__(self) -> None:
        super().__init__(
            "Something on our side failed while taking over a delivery; nothing was changed, and it is tried again.",
            "采集时系统出现故障，未作任何更改，稍后将重试。",
        )


def note_unexpected(code: str, error: Exception) -> None:
    """Log a fault by its kind and places; messages of databases and parsers repeat values."""
    frames = traceback.extract_tb(error.__traceback__)[-6:]
    logger("residents").error(
        "source.unexpected",
        source=code,
        kind=type(error).__qualname__,
        at=[f"{frame.name}:{frame.lineno}" for frame in frames],
    )

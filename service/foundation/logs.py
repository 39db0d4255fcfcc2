"""Structured logs: an event name and ids, never a name, an ID number or an account."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

# A second wall, not the first: no call site logs personal data, and if one ever did, long digit
# runs (ID numbers have 15 or 18 characters, accounts 12 to 32) would still not be written.
_LONG_DIGITS = re.compile(r"(?<![0-9a-fA-F-])[0-9]{11,32}[Xx]?(?![0-9a-fA-F-])")


def _without_numbers(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    for name, value in event.items():
        if isinstance(value, str):
            event[name] = _LONG_DIGITS.sub("‹number›", value)
    return event


def configure(level: str = "INFO") -> None:
    """Write JSON lines to standard error from now on."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _without_numbers,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


def logger(stage: str) -> structlog.stdlib.BoundLogger:
    """Return the logger of a stage."""
    bound: structlog.stdlib.BoundLogger = structlog.get_logger(stage=stage)
    return bound

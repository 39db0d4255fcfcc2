"""Structured logs: an event name and ids, never a name, an ID number or an account.

Of an error only its kind and the places in the code are written. Its message is left out: those of
databases and parsers repeat the values they stumbled over. That holds for libraries' logs as well.
"""

import logging
import re
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any

import structlog

# A second wall, not the first: no call site logs personal data, and if one ever did, long digit
# runs (ID numbers have 15 or 18 characters, accounts 12 to 32) would still not be written.
_LONG_DIGITS = re.compile(r"(?<![0-9a-fA-F-])[0-9]{11,32}[Xx]?(?![0-9a-fA-F-])")
_FRAMES = 8
_LIBRARIES = "site-packages"
_CHAIN_MAX = 5


def kind_of(error: BaseException) -> str:
    """Return the full name of an error's class."""
    return f"{type(error).__module__}.{type(error).__qualname__}"


def places_of(error: BaseException) -> list[str]:
    """Return the last places in our code that an error came through, and where it arose: ``file:line function``."""
    frames = list(traceback.extract_tb(error.__traceback__))
    # Deep inside a library it says little who called it.
    ours = [frame for frame in frames[:-1] if _LIBRARIES not in frame.filename]
    places = [*ours[-_FRAMES:], *frames[-1:]]
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in places]


def without_numbers(value: Any) -> Any:
    """Return the same text, list or mapping with every long run of digits blotted out."""
    if isinstance(value, str):
        return _LONG_DIGITS.sub("‹number›", value)
    if isinstance(value, dict):
        return {without_numbers(name): without_numbers(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [without_numbers(one) for one in value]
    return value


def configure(level: str = "INFO") -> None:
    """Write JSON lines to standard error from now on, libraries' warnings among them."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _without_messages,
            _blotted,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    if not any(isinstance(one, _Libraries) for one in root.handlers):
        root.addHandler(_Libraries(logging.WARNING))


def logger(stage: str) -> structlog.stdlib.BoundLogger:
    """Return the logger of a stage."""
    bound: structlog.stdlib.BoundLogger = structlog.get_logger(stage=stage)
    return bound


class _Libraries(logging.Handler):
    """What libraries log by the standard way, in our lines and without their errors' messages."""

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        said: dict[str, Any] = {"library": record.name}
        if error is None:
            said["message"] = _message(record)
        bound = structlog.get_logger()
        write = bound.error if record.levelno >= logging.ERROR else bound.warning
        write("library.said", exc_info=error, **said)


def _message(record: logging.LogRecord) -> str:
    """Return what a library says, with errors among its arguments named by their kind."""
    arguments = record.args
    if isinstance(arguments, tuple):
        arguments = tuple(
            kind_of(one) if isinstance(one, BaseException) else one for one in arguments
        )
    try:
        return str(record.msg) % arguments if arguments else str(record.msg)
    except (TypeError, ValueError, KeyError):
        return str(record.msg)


def _without_messages(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    given = event.pop("exc_info", None)
    if given is True:
        given = sys.exc_info()[1]
    elif isinstance(given, tuple):
        given = given[1]
    errors: list[dict[str, Any]] = []
    while isinstance(given, BaseException) and len(errors) < _CHAIN_MAX:
        errors.append({"kind": kind_of(given), "at": places_of(given)})
        given = given.__cause__ or (None if given.__suppress_context__ else given.__context__)
    if errors:
        event["errors"] = errors
    return event


def _blotted(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    return {name: without_numbers(value) for name, value in event.items()}

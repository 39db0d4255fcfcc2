"""The table of job kinds and what each calls."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

Handler = Callable[..., None]
"""Called as ``handler(session, **arguments)`` inside the job's transaction; never commits."""


@dataclass(frozen=True)
class Kind:
    """A kind of job: what it calls, how often it is tried, and what happens when it never works."""

    name: str
    handler: Handler
    attempts_max: int
    queue: str
    on_failure: Callable[[Session, dict[str, Any], str], None] | None


KINDS: dict[str, Kind] = {}


def job(
    name: str,
    *,
    attempts_max: int = 8,
    queue: str = "batch",
    on_failure: Callable[[Session, dict[str, Any], str], None] | None = None,
) -> Callable[[Handler], Handler]:
    """Register the decorated function as the handler of a kind of job."""

    def decorate(handler: Handler) -> Handler:
        KINDS[name] = Kind(name, handler, attempts_max, queue, on_failure)
        return handler

    return decorate

"""The register of what is looked at: stages stand in it, and whoever asks gets all of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from service.foundation.gauges import Gauge
from service.foundation.logs import kind_of, logger
from service.foundation.problems import Problem
from service.web.health.findings import WORST_FIRST, Finding, Part
from service.web.language import gettext, translatable
from service.web.transactions import Opener

Found = TypeVar("Found")
_SECONDS_MAX = 2
PARTS: tuple[tuple[str, str], ...] = (
    ("database", translatable("Database")),
    ("queue", translatable("Queue and workers")),
    ("machine", translatable("Machine and clocks")),
    ("banks", translatable("Banks")),
    ("feeds", translatable("Departments' data")),
    ("log", translatable("Audit trail")),
    ("keys", translatable("Certificates and keys")),
    ("receivers", translatable("Receivers of events")),
    ("people", translatable("Administrators and sign-ins")),
    ("backups", translatable("Backups")),
)
"""In the order in which they are shown."""
FINDINGS = Gauge(
    "anxin_health_findings",
    "Things that were looked at, by part of the service and state (well, look, wrong, off).",
    ("part", "state"),
)


def _nothing(_: Session) -> None:
    """A part that has no gauges of its own."""


def _silent(_: Session) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class Watch:
    """What a stage lets be looked at."""

    part: str
    look: Callable[[Session], Sequence[Finding]]
    measure: Callable[[Session], None] = _nothing
    """Sets the stage's own gauges."""
    summary: Callable[[Session], dict[str, Any]] = _silent
    """What ``/healthz`` says of it; a ``status`` there is ``degraded``."""


_watches: list[Watch] = []


def register(watch: Watch) -> None:
    """Let a stage be looked at; twice is once."""
    if watch.part not in dict(PARTS):
        raise ValueError(f"{watch.part} is no part of the service")
    if watch not in _watches:
        _watches.append(watch)


def look(opened: Opener) -> list[Part]:
    """Return every part with its findings, each stage asked in a transaction of its own."""
    found: dict[str, list[Finding]] = {code: [] for code, _ in PARTS}
    for watch in _watches:
        found[watch.part] += _look(watch, opened)
    return [Part(code, gettext(title), found[code]) for code, title in PARTS]


def summarised(opened: Opener) -> dict[str, Any]:
    """Return what every stage adds to ``/healthz``; nothing of one that cannot be asked."""
    said: dict[str, Any] = {}
    for watch in _watches:
        said |= _inside(opened, watch.summary) or {}
    return said


def measure(opened: Opener) -> None:
    """Set every gauge; where the database does not answer, those stay as they were."""
    for watch in _watches:
        _inside(opened, watch.measure)
    for part in look(opened):
        for state in WORST_FIRST:
            count = sum(one.state == state for one in part.findings)
            FINDINGS.set(count, part.code, state)


def _look(watch: Watch, opened: Opener) -> Sequence[Finding]:
    found = _inside(opened, watch.look)
    if found is not None:
        return found
    return [
        Finding(
            f"{watch.part}.unseen",
            gettext(dict(PARTS)[watch.part]),
            "wrong",
            gettext("It could not be looked at."),
            to_do=gettext("Read the server's log for the line “health.unseen”."),
        )
    ]


def _inside(opened: Opener, ask: Callable[[Session], Found]) -> Found | None:
    """Return what was asked for, or None where it took too long or could not be said."""
    try:
        with opened() as session, session.begin_nested():
            session.execute(text(f"SET LOCAL statement_timeout = '{_SECONDS_MAX}s'"))
            return ask(session)
    except (SQLAlchemyError, OSError, RuntimeError, Problem) as error:
        logger("health").warning("health.unseen", kind=kind_of(error), of=ask.__module__)
        return None

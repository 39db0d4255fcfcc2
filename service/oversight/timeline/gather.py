"""Gather everything about a scope in the order of time, and record that it was looked at."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.oversight.search.told import TIMELINE_READ, remember
from service.oversight.timeline.decided import decided
from service.oversight.timeline.happening import Happening, in_order
from service.oversight.timeline.money import bank_lines, booked, holds
from service.oversight.timeline.scope import Scope
from service.oversight.timeline.trail import recorded


@dataclass(frozen=True)
class Timeline:
    """A scope with everything that happened, first to last."""

    scope: Scope
    happenings: list[Happening]


def gather(session: Session, scope: Scope, *, by: Actor) -> Timeline:
    """Return the timeline of a scope; the reading is an entry about the person, list or file."""
    found = in_order(
        [
            *decided(session, scope),
            *holds(session, scope),
            *recorded(session, scope),
            *bank_lines(session, scope),
            *booked(session, scope),
        ]
    )
    remember(session, TIMELINE_READ, by=by, on=_read_of(scope), details={"of": scope.kind})
    return Timeline(scope, found)


def _read_of(scope: Scope) -> tuple[str, str]:
    if scope.payee is not None:
        return "persons", str(scope.payee)
    if scope.kind == "batch":
        return "batches", str(scope.batches[0].id)
    if scope.kind == "file":
        return "bank_files", str(scope.files[0].id)
    return "payments", str(scope.payments[0].id)

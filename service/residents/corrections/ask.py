"""Ask the department that owns a fact to correct it: one task with a deadline, whoever says so."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.moves import move
from service.audit.record import record
from service.foundation import clock, ids
from service.foundation.problems import NotFound
from service.officers.interests import officers_related_to
from service.officers.may import Matter, require
from service.officers.models import Officer
from service.residents import feeds
from service.residents.corrections.problems import CorrectionStands
from service.residents.identity.canonical import canonical
from service.residents.identity.problems import given
from service.residents.models import FactCorrection, Person, ReviewTask
from service.residents.tasks import definitions

CHECK = "resident_says"
"""The check among whose tasks the department finds the request."""


@dataclass(frozen=True)
class About:
    """Whom a fact is about; ``kind`` is person or household, ``person_id`` who says it is wrong."""

    kind: str
    subject_id: int
    person_id: int


@dataclass(frozen=True)
class Disputed:
    """A fact by name, its column in snapshots with that column's type, and the feed that owns it."""

    fact: str
    column: str
    kind: str
    feed: str


def ask(
    session: Session, about: About, disputed: Disputed, *, said: str, by: Officer
) -> FactCorrection:
    """Ask for a correction and open the department's task; nothing else changes by it.

    ``said`` is what the resident says. Raises NotAllowed, NotFound, UnknownFeed, ReasonNeeded,
    :class:`CorrectionStands`.
    """
    require(by, "corrections.ask")
    person = session.get(Person, about.person_id, with_for_update=True)
    if person is None:
        raise NotFound("person")
    require(by, "corrections.ask", matter(session, about.person_id))
    why, feed = given(said), feeds.feed(disputed.feed)
    known = select(FactCorrection.id).where(
        FactCorrection.subject_kind == about.kind,
        FactCorrection.subject_id == about.subject_id,
        FactCorrection.fact == disputed.fact,
        FactCorrection.ended_at.is_(None),
    )
    if session.scalar(known) is not None:
        raise CorrectionStands(disputed.fact)
    correction = FactCorrection(
        id=ids.uuid7(),
        person_id=about.person_id,
        subject_kind=about.kind,
        subject_id=about.subject_id,
        fact=disputed.fact,
        column_name=disputed.column,
        kind=disputed.kind,
        feed=feed.code,
        said=why,
        asked_by=str(by.id),
        asked_at=clock.now(),
    )
    session.add(correction)
    session.flush()
    record(
        session,
        "correction.asked",
        by=by.actor(),
        on=("fact_corrections", correction.id),
        reason=why,
        details={"fact": correction.fact, "feed": correction.feed},
        sealed={"said": why},
        about={"person": correction.person_id},
    )
    _open_task(session, correction, by)
    return correction


def matter(session: Session, person_id: int) -> Matter:
    """Return the matter of an act on somebody's facts."""
    person = session.get(Person, canonical(session, person_id))
    return Matter(
        kind="correction",
        division=(person.division or "") if person else "",
        conflicted=officers_related_to(session, [canonical(session, person_id)]),
    )


def _open_task(session: Session, correction: FactCorrection, by: Officer) -> None:
    # What the daily look would open as well: the department hears of it at once.
    check = definitions.every()[CHECK]
    task = ReviewTask(
        id=ids.uuid7(),
        kind=CHECK,
        subject_key=f"c{correction.id}",
        person_id=correction.person_id,
        household_id=correction.subject_id if correction.subject_kind == "household" else None,
        feed=correction.feed,
        details={"correction": str(correction.id)},
        opened_at=clock.now(),
        due_on=clock.today() + timedelta(days=check.days),
    )
    session.add(task)
    move(session, task, "open", by=by.actor(), details={"kind": CHECK})
    session.flush()

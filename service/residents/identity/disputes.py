"""Disputes: one number, two people. Both are blocked until public security has answered.

Found in the register itself: one delivery with two rows that contradict each other about who
carries a number, or a number whose name and birth have both changed since the record before.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM
from service.audit.record import record
from service.foundation import clock, ids
from service.foundation.jobs import enqueue
from service.foundation.problems import NotFound
from service.officers.may import require
from service.officers.models import Officer
from service.residents.identity.problems import DisputeClosed, given
from service.residents.identity.questions import REGISTER, ask, close, note
from service.residents.models import Delivery, IdentityDispute, Person, PersonIdentifier

QUESTION = "number_shared"
# Neighbours in the order of the days they speak of, one of which this delivery brought: a late
# delivery shows the same as one that came in time.
_ANOTHER_PERSON = text(
    """
WITH several AS (
    SELECT DISTINCT record_key FROM feed_records WHERE feed = 'GA_HUKOU' AND known_to IS NOT NULL
),
touched AS (
    SELECT r.person_id, r.record_key FROM feed_records r JOIN several USING (record_key)
    WHERE r.feed = 'GA_HUKOU' AND r.delivery_id = :delivery
),
told AS (
    SELECT r.person_id, r.delivery_id, r.data->>'name_index' AS name, r.data->>'birth' AS birth,
           lag(r.delivery_id) OVER days AS delivery_before,
           lag(r.data->>'name_index') OVER days AS name_before,
           lag(r.data->>'birth') OVER days AS birth_before
    FROM touched t
    JOIN feed_records r ON r.feed = 'GA_HUKOU' AND r.person_id = t.person_id
     AND r.record_key = t.record_key
    JOIN deliveries d ON d.id = r.delivery_id
    WINDOW days AS (PARTITION BY r.record_key ORDER BY d.as_of, d.received_at, r.id)
)
SELECT DISTINCT person_id, delivery_id FROM told
WHERE (delivery_id = :delivery OR delivery_before = :delivery)
  AND name <> name_before AND birth <> birth_before
ORDER BY person_id
"""
)
# What public security has said about a shared number: who of the two has which number now.
_ANSWERS = text(
    """
SELECT r.id AS record_id, r.person_id AS new_person_id, r.data->>'changed_on' AS changed_on
FROM feed_records r
WHERE r.feed = 'GA_IDHIST' AND r.known_to IS NULL AND r.data->>'reason' = '重号纠错'
  AND (r.data->>'old_person_id')::bigint = :person
ORDER BY r.id
"""
)


@dataclass(frozen=True)
class OpenDispute:
    """A dispute that still blocks, as a list shows it."""

    id: UUID
    person_id: int
    tail: str
    """Last four characters of the number."""
    why: str
    opened_at: datetime
    since_days: int


def open_disputes(session: Session, delivery_id: UUID) -> list[IdentityDispute]:
    """Open a dispute for every number that a register delivery gives to another human being."""
    delivery = session.get(Delivery, delivery_id)
    if delivery is None or delivery.feed != REGISTER:
        return []
    found = session.execute(_ANOTHER_PERSON, {"delivery": delivery_id}).all()
    return [
        open_dispute(session, row.person_id, REGISTER, row.delivery_id, why="another_person")
        for row in found
    ]


def open_dispute(
    session: Session, person_id: int, feed: str, delivery_id: UUID, *, why: str
) -> IdentityDispute:
    """Block a number that two people carry and ask public security; once for each delivery.

    ``why`` is ``two_rows`` or ``another_person``. An open dispute of the number stays the one it
    is; one that was resolved is not opened again by the delivery that had opened it.
    """
    values = {
        "id": ids.uuid7(),
        "person_id": person_id,
        "feed": feed,
        "delivery_id": delivery_id,
        "why": why,
        "opened_at": clock.now(),
    }
    before = session.scalar(
        select(IdentityDispute).where(
            IdentityDispute.person_id == person_id, IdentityDispute.delivery_id == delivery_id
        )
    )
    if before is not None:
        return before
    opened = session.scalar(
        insert(IdentityDispute)
        .values(values)
        .on_conflict_do_nothing(
            index_elements=["person_id"], index_where=text("resolved_at IS NULL")
        )
        .returning(IdentityDispute.id)
    )
    dispute = session.scalars(
        select(IdentityDispute).where(
            IdentityDispute.person_id == person_id, IdentityDispute.resolved_at.is_(None)
        )
    ).one()
    if opened is not None:
        record(
            session,
            "identity.disputed",
            by=SYSTEM,
            on=("persons", person_id),
            details={"dispute": str(opened), "feed": feed, "why": why},
        )
        ask(session, QUESTION, _key(person_id), person_id=person_id, details={"why": why})
        note_answers(session, dispute)
    return dispute


def note_answers(session: Session, dispute: IdentityDispute) -> None:
    """Put what public security has answered so far on the dispute's question."""
    answers = session.execute(_ANSWERS, {"person": dispute.person_id}).mappings().all()
    if not answers:
        return
    task = ask(
        session,
        QUESTION,
        _key(dispute.person_id),
        person_id=dispute.person_id,
        details={"why": dispute.why},
    )
    for answer in answers:
        note(task, "police", dict(answer))


def standing(session: Session) -> list[IdentityDispute]:
    """Return every dispute that still blocks, oldest first."""
    return list(
        session.scalars(
            select(IdentityDispute)
            .where(IdentityDispute.resolved_at.is_(None))
            .order_by(IdentityDispute.opened_at, IdentityDispute.id)
        )
    )


def listed(session: Session) -> list[OpenDispute]:
    """Return what a list of disputes shows, oldest first."""
    rows = session.execute(
        select(
            IdentityDispute.id,
            IdentityDispute.person_id,
            func.max(PersonIdentifier.tail).label("tail"),
            IdentityDispute.why,
            IdentityDispute.opened_at,
        )
        .join(Person, Person.id == IdentityDispute.person_id)
        .outerjoin(PersonIdentifier, PersonIdentifier.person_id == Person.id)
        .where(IdentityDispute.resolved_at.is_(None))
        .group_by(IdentityDispute.id)
        .order_by(IdentityDispute.opened_at, IdentityDispute.id)
    )
    today = clock.today()
    return [
        OpenDispute(
            row.id, row.person_id, row.tail or "", row.why, row.opened_at,
            (today - _day(row.opened_at)).days,
        )
        for row in rows
    ]  # fmt: skip


def resolve(
    session: Session, dispute_id: UUID, *, by: Officer, resolution: str, session_id: str = ""
) -> IdentityDispute:
    """End a dispute with what public security answered; both people are free again.

    Raises NotFound, :class:`DisputeClosed`, :class:`ReasonNeeded`, and NotAllowed unless the
    officer may resolve identities.
    """
    require(by, "identity.resolve")
    answer = given(resolution)
    dispute = session.get(IdentityDispute, dispute_id, with_for_update=True, populate_existing=True)
    if dispute is None:
        raise NotFound("dispute")
    if dispute.resolved_at is not None:
        raise DisputeClosed
    dispute.resolved_at, dispute.resolved_by = clock.now(), str(by.id)
    dispute.resolution = answer
    session.flush()
    actor = by.actor(session_id)
    record(
        session,
        "identity.resolved",
        by=actor,
        on=("persons", dispute.person_id),
        reason=answer,
        details={"dispute": str(dispute.id)},
    )
    close(session, QUESTION, _key(dispute.person_id), to="answered", by=actor, outcome=answer)
    # Corrections that had to wait for the answer can be made now.
    enqueue(
        session, "residents.identity", f"resolved:{dispute.id}", delivery_id=dispute.delivery_id
    )
    return dispute


def _key(person_id: int) -> str:
    return f"person:{person_id}"


def _day(instant: datetime) -> date:
    return clock.civil(instant).date()

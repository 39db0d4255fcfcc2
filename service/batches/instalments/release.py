"""What waited for money becomes due when the appropriation is raised: a new list of its own."""

from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM, Actor
from service.batches.build import draft
from service.batches.look_again import free
from service.batches.models import Batch
from service.foundation import clock
from service.foundation.jobs import job
from service.ledger.models import Appropriation

_MONTHS = text(
    """
    SELECT b.month, (array_agg(b.id ORDER BY b.run_no))[1] AS first
    FROM instalment_parts i
    JOIN payments p ON p.id = i.waiting_id
    JOIN batches b ON b.id = p.batch_id
    WHERE i.released_at IS NULL AND b.programme = :programme AND left(b.month, 4) = :year
    GROUP BY b.month ORDER BY b.month
    """
)
_RELEASE = text(
    """
    UPDATE instalment_parts i SET released_at = :at
    FROM payments p JOIN batches b ON b.id = p.batch_id
    WHERE p.id = i.waiting_id AND i.released_at IS NULL
      AND b.programme = :programme AND b.month = :month
    """
)
_HELD = """
SELECT p.id, p.decision_id, p.period, p.line_type, p.attempt, p.replaces_id, p.mends_id,
       p.subject_kind, p.subject_id, p.payee_person_id, p.division, p.amount_fen
FROM payments p JOIN batches b ON b.id = p.batch_id
WHERE p.state = 'held' AND b.programme = :programme AND b.month = :month
  AND coalesce(p.replaces_id, p.id) IN (
      SELECT waiting_id FROM instalment_parts GROUP BY waiting_id HAVING bool_and(released_at IS NOT NULL))
"""


@job("instalments.release", attempts_max=5)
def release_waiting(session: Session, programme: str, year: str) -> None:
    """List what waits for a year's money, month by month, once some of it is there.

    Who died since, or lost the account, is held in the old list for that reason and no other.
    """
    session.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"),
        {"name": f"build:{programme}"},
    )
    money = session.scalars(
        select(Appropriation).where(
            Appropriation.programme == programme, Appropriation.year == int(year)
        )
    ).first()
    if money is None or money.amount_fen <= money.committed_fen:
        return
    for month, first in session.execute(_MONTHS, {"programme": programme, "year": year}).all():
        said: dict[str, Any] = {"programme": programme, "month": month}
        session.execute(_RELEASE, {**said, "at": clock.now()})
        _list(session, said, first, by=SYSTEM)


def _list(session: Session, said: dict[str, Any], first: UUID, *, by: Actor) -> None:
    of = session.get_one(Batch, first)

    def make() -> Batch:
        return draft(
            session,
            of.programme,
            of.month,
            kind="instalment",
            assessment_id=of.assessment_id,
            snapshot_digest=of.snapshot_digest,
            rule_digest=of.rule_digest,
        )

    on: tuple[str, object] = ("batches", of.id)
    free(session, _HELD, said, make, of=(of.programme, of.month), on=on, by=by)

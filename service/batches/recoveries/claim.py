"""Open a case for what was paid too much, or ask less when later facts say so."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.audit.moves import move
from service.audit.record import record
from service.batches.recoveries.book import book, finish
from service.batches.recoveries.lifecycle import ACTIVE
from service.batches.recoveries.models import RecoveryCase, RecoveryItem, RecoveryReduction
from service.batches.recoveries.standing import ITEMS
from service.foundation import clock, ids


@dataclass(frozen=True)
class Claimant:
    """Whose money it was: one recipient of one programme, and who received it."""

    programme: str
    subject_kind: str
    subject_id: int
    payee_person_id: int | None
    division: str | None


@dataclass(frozen=True)
class TooMuch:
    """So much of a period was paid and was not due, by this re-assessment, in this line."""

    period: str
    amount_fen: int
    decision_id: int
    mends_id: int


def open_case(
    session: Session, who: Claimant, months: Sequence[TooMuch], *, month: str, by: Actor
) -> RecoveryCase:
    """Open a case about one or more months; nothing is taken before it was noticed and agreed."""
    case = RecoveryCase(
        id=ids.uuid7(),
        programme=who.programme,
        subject_kind=who.subject_kind,
        subject_id=who.subject_id,
        payee_person_id=who.payee_person_id,
        division=who.division,
        month=month,
        opened_at=clock.now(),
        opened_by=by.id,
    )
    total = sum(one.amount_fen for one in months)
    session.add(case)
    move(
        session,
        case,
        "open",
        by=by,
        details={"amount_fen": total, "periods": [one.period for one in months]},
    )
    session.add_all(
        RecoveryItem(
            case_id=case.id,
            period=one.period,
            amount_fen=one.amount_fen,
            decision_id=one.decision_id,
            mends_id=one.mends_id,
        )
        for one in months
    )
    session.flush()
    sides = {"recovery_receivable": total, "settled": -total}
    book(session, "recovery.opened", str(case.id), case.programme, sides)
    return case


def ask_less(
    session: Session, who: Claimant, period: str, amount_fen: int, decision_id: int, *, by: Actor
) -> None:
    """Take back so much of what is asked for a period, from the newest case first.

    Only what has not come back can be taken back here: for the rest the recipient is paid again.
    """
    rows = session.execute(
        text(
            f"SELECT q.* FROM ({ITEMS}) q JOIN recovery_cases c ON c.id = q.case_id "  # noqa: S608 - constants
            "WHERE c.programme = :programme AND c.subject_kind = :kind AND q.period = :period "
            "AND (c.subject_id = :subject OR (:kind = 'person' AND c.subject_id IN ("
            "     SELECT id FROM persons WHERE merged_into = :subject))) "
            "AND c.state = ANY(:active) ORDER BY c.number DESC"
        ),
        {
            "programme": who.programme, "kind": who.subject_kind, "subject": who.subject_id,
            "period": period, "active": list(ACTIVE),
        },
    ).all()  # fmt: skip
    for row in rows:
        less = min(amount_fen, int(row.asked_fen - row.recovered_fen))
        if less > 0:
            _reduce(session, row.case_id, row.item_id, less, decision_id, by=by)
            amount_fen -= less


def _reduce(
    session: Session, case_id: UUID, item_id: int, less_fen: int, decision_id: int, *, by: Actor
) -> None:
    case = session.get_one(RecoveryCase, case_id, with_for_update=True, populate_existing=True)
    reduction = RecoveryReduction(
        item_id=item_id, amount_fen=less_fen, decision_id=decision_id, at=clock.now()
    )
    session.add(reduction)
    session.flush()
    sides = {"settled": less_fen, "recovery_receivable": -less_fen}
    book(session, "recovery.reduced", str(reduction.id), case.programme, sides)
    record(
        session,
        "recovery.reduced",
        by=by,
        on=("recovery_cases", case.id),
        details={"amount_fen": less_fen},
    )
    finish(session, case)

"""Questions about recovery cases."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select, text
from sqlalchemy.orm import Session

from service.batches.models import Batch, Payment
from service.batches.recoveries.models import (
    RecoveryAct,
    RecoveryCase,
    RecoveryOffset,
    RecoveryReceipt,
)
from service.batches.recoveries.standing import ITEMS
from service.foundation.ids import reference_of
from service.foundation.problems import NotFound
from service.residents.models import Person

CASES_PER_PAGE = 50


@dataclass(frozen=True)
class Month:
    """One month of a case: which line paid too much, what is asked, what came back; in fen."""

    period: str
    asked_fen: int
    recovered_fen: int
    reference: str
    batch_no: str


@dataclass(frozen=True)
class KeptLine:
    """A later line that was reduced for a case; in fen."""

    payment: Payment
    batch_no: str
    gross_fen: int
    offset_fen: int


def by_no(session: Session, case_no: str, *, locked: bool = False) -> RecoveryCase:
    """Return the case that people call ``R000123``; raises NotFound."""
    spoken = re.fullmatch(r"R?([0-9]{1,12})", case_no)
    if spoken is None:
        raise NotFound("recovery")
    query = select(RecoveryCase).where(RecoveryCase.number == int(spoken[1]))
    if locked:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = session.scalars(query).first()
    if found is None:
        raise NotFound("recovery")
    return found


def find(
    session: Session, *, state: str = "", page: int = 1, seen: ColumnElement[bool] | None = None
) -> tuple[Sequence[RecoveryCase], int]:
    """Return one page of cases, the newest first, and how many there are; ``seen`` selects them."""
    query = select(RecoveryCase) if seen is None else select(RecoveryCase).where(seen)
    if state:
        query = query.where(RecoveryCase.state == state)
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    found = session.scalars(
        query.order_by(RecoveryCase.number.desc())
        .limit(CASES_PER_PAGE)
        .offset((page - 1) * CASES_PER_PAGE)
    ).all()
    return found, total


def payee_names(session: Session, cases: Sequence[RecoveryCase]) -> dict[int, str]:
    """Return {person id: name} of the people who received the money."""
    ids = {case.payee_person_id for case in cases if case.payee_person_id}
    rows = session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))
    return {row.id: row.name or "" for row in rows}


def months_of(session: Session, case: RecoveryCase) -> list[Month]:
    """Return a case's months in order."""
    rows = session.execute(
        text(
            f"SELECT q.period, q.asked_fen, q.recovered_fen, p.id, b.batch_no FROM ({ITEMS}) q "  # noqa: S608 - a constant
            "JOIN recovery_items i ON i.id = q.item_id JOIN payments p ON p.id = i.mends_id "
            "JOIN batches b ON b.id = p.batch_id WHERE q.case_id = :case ORDER BY q.period"
        ),
        {"case": case.id},
    )
    return [
        Month(
            row.period,
            int(row.asked_fen),
            int(row.recovered_fen),
            reference_of(row.id),
            row.batch_no,
        )
        for row in rows
    ]


def kept_lines(session: Session, case: RecoveryCase) -> list[KeptLine]:
    """Return the later lines that were reduced for a case, in order."""
    rows = session.execute(
        select(Payment, Batch.batch_no, RecoveryOffset.gross_fen, RecoveryOffset.offset_fen)
        .join(RecoveryOffset, RecoveryOffset.payment_id == Payment.id)
        .join(Batch, Batch.id == Payment.batch_id)
        .where(RecoveryOffset.case_id == case.id, Payment.state != "reissued")
        .order_by(Payment.id)
    )
    return [KeptLine(*row) for row in rows]


def receipts_of(session: Session, case: RecoveryCase) -> Sequence[RecoveryReceipt]:
    """Return what was paid back for a case, in order."""
    return session.scalars(
        select(RecoveryReceipt)
        .where(RecoveryReceipt.case_id == case.id)
        .order_by(RecoveryReceipt.received_on, RecoveryReceipt.id)
    ).all()


def acts_of(session: Session, case: RecoveryCase) -> Sequence[RecoveryAct]:
    """Return who decided what in a case, in order."""
    return session.scalars(
        select(RecoveryAct).where(RecoveryAct.case_id == case.id).order_by(RecoveryAct.at)
    ).all()


def kept_of_line(session: Session, payment: Payment) -> tuple[int, int]:
    """Return (gross, kept) of a line in fen; nothing was kept from most."""
    rows = session.execute(
        select(RecoveryOffset.gross_fen, RecoveryOffset.offset_fen).where(
            RecoveryOffset.payment_id == payment.id
        )
    ).all()
    return (rows[0][0], sum(row[1] for row in rows)) if rows else (payment.amount_fen, 0)

"""Every reading of recalls."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from service.audit.models import AuditEntry
from service.batches.models import Batch, Payment
from service.dispatch.models import BankFile
from service.dispatch.recall.lifecycle import OPEN, WAITING
from service.dispatch.recall.models import Recall, RecallLine
from service.dispatch.recall.problems import RecallPending
from service.ledger.models import BankChannel

LISTED_MAX = 200


@dataclass(frozen=True)
class RecallListed:
    """A recall with the names that people know its file, bank and batch by."""

    recall: Recall
    file: BankFile
    bank: str
    batch_no: str


@dataclass(frozen=True)
class LineListed:
    """A payment in a recall."""

    line: RecallLine
    payment: Payment


def locked(session: Session, recall_id: UUID) -> Recall:
    """Return a recall under its row's lock, as it is now."""
    return session.get_one(Recall, recall_id, with_for_update=True, populate_existing=True)


def of_file(session: Session, file: BankFile) -> list[Recall]:
    """Return a bank file's recalls, the newest first."""
    return list(
        session.scalars(
            select(Recall).where(Recall.bank_file_id == file.id).order_by(Recall.number.desc())
        )
    )


def waiting_of(session: Session, file: BankFile) -> list[Recall]:
    """Return the file's recalls that wait for an answer, under their locks."""
    return list(
        session.scalars(
            select(Recall)
            .where(Recall.bank_file_id == file.id, Recall.state.in_(WAITING))
            .order_by(Recall.number)
            .with_for_update()
        )
    )


def by_reference(session: Session, reference: str, channel: BankChannel) -> Recall | None:
    """Return the recall whose own reference a bank repeats."""
    return session.scalars(
        select(Recall)
        .join(BankFile, BankFile.id == Recall.bank_file_id)
        .where(Recall.reference == reference, BankFile.channel_id == channel.id)
    ).first()


def states_of(session: Session, recall: Recall) -> dict[str, tuple[int, int]]:
    """Return {state of the line: (count, fen)}."""
    rows = session.execute(
        select(RecallLine.state, func.count(), func.sum(Payment.amount_fen))
        .join(Payment, Payment.id == RecallLine.payment_id)
        .where(RecallLine.recall_id == recall.id)
        .group_by(RecallLine.state)
        .order_by(RecallLine.state)
    )
    return {state: (count, int(amount_fen)) for state, count, amount_fen in rows}


def lines_of(session: Session, recall: Recall, limit: int = LISTED_MAX) -> list[LineListed]:
    """Return a recall's payments, those that still wait for an answer first."""
    rows = session.execute(
        select(RecallLine, Payment)
        .join(Payment, Payment.id == RecallLine.payment_id)
        .where(RecallLine.recall_id == recall.id)
        .order_by(RecallLine.state.not_in(OPEN), RecallLine.payment_id)
        .limit(limit)
    )
    return [LineListed(line, payment) for line, payment in rows]


def open_payments(session: Session, payment_ids: Sequence[int]) -> set[int]:
    """Return those of these payments whose recall is not final."""
    return set(
        session.scalars(
            select(RecallLine.payment_id).where(
                RecallLine.payment_id.in_(payment_ids), RecallLine.state.in_(OPEN)
            )
        )
    )


def listed(
    session: Session, *, waiting: bool = False, seen: ColumnElement[bool] | None = None
) -> list[RecallListed]:
    """Return recalls, what waits for the bank or a person first; ``seen`` selects the reader's."""
    query = (
        select(Recall, BankFile, BankChannel.name, Batch.batch_no)
        .join(BankFile, BankFile.id == Recall.bank_file_id)
        .join(BankChannel, BankChannel.id == BankFile.channel_id)
        .join(Batch, Batch.id == BankFile.batch_id)
        .order_by((Recall.state == "closed"), Recall.asked_at.desc(), Recall.reference)
        .limit(LISTED_MAX)
    )
    if waiting:
        query = query.where(Recall.state != "closed")
    if seen is not None:
        query = query.where(seen)
    return [RecallListed(*row) for row in session.execute(query)]


def one_listed(session: Session, recall_id: UUID) -> RecallListed | None:
    """Return one recall with the names around it."""
    row = session.execute(
        select(Recall, BankFile, BankChannel.name, Batch.batch_no)
        .join(BankFile, BankFile.id == Recall.bank_file_id)
        .join(BankChannel, BankChannel.id == BankFile.channel_id)
        .join(Batch, Batch.id == BankFile.batch_id)
        .where(Recall.id == recall_id)
    ).first()
    return RecallListed(*row) if row else None


def late(session: Session, today: date) -> list[Recall]:
    """Return recalls whose bank let the last day for its answer pass, not yet alarmed about."""
    return list(
        session.scalars(
            select(Recall)
            .where(
                Recall.state.in_(WAITING), Recall.answer_due_on < today, Recall.late_at.is_(None)
            )
            .order_by(Recall.reference)
            .with_for_update(skip_locked=True)
        )
    )


def history(session: Session, recall: Recall) -> list[AuditEntry]:
    """Return what the audit trail says of a recall, newest first."""
    return list(
        session.scalars(
            select(AuditEntry)
            .where(AuditEntry.object_type == "recalls", AuditEntry.object_id == str(recall.id))
            .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
        )
    )


def require_none(session: Session, file: BankFile) -> None:
    """Raise RecallPending if payments of a file are called back: its bytes are not sent once more."""
    found = session.scalars(
        select(RecallLine.id)
        .join(Recall, Recall.id == RecallLine.recall_id)
        .where(Recall.bank_file_id == file.id, RecallLine.state.in_((*OPEN, "cancelled")))
        .limit(1)
    ).first()
    if found is not None:
        raise RecallPending(file.file_name)


def disputed(session: Session, recall_ids: Sequence[UUID]) -> set[UUID]:
    """Return those of these recalls in which a bank contradicts itself."""
    return set(
        session.scalars(
            select(RecallLine.recall_id).where(
                RecallLine.recall_id.in_(recall_ids), RecallLine.state == "disputed"
            )
        )
    )

"""What months and batches come to: lines and fen, by batch, by month and by bank."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.batches.models import Batch, MonthRun, Payment
from service.foundation.jobs import Job
from service.ledger.models import BankChannel


@dataclass(frozen=True)
class Totals:
    """How many lines a batch has and how many of them are held; amounts in fen."""

    lines: int = 0
    amount_fen: int = 0
    held: int = 0
    held_fen: int = 0

    @property
    def payable(self) -> int:
        return self.lines - self.held

    @property
    def payable_fen(self) -> int:
        return self.amount_fen - self.held_fen


def totals_of(session: Session, batch_ids: Collection[UUID]) -> dict[UUID, Totals]:
    """Return the totals of some batches in one statement."""
    held = Payment.state == "held"
    rows = session.execute(
        select(
            Payment.batch_id,
            func.count(),
            func.sum(Payment.amount_fen),
            func.count().filter(held),
            func.coalesce(func.sum(Payment.amount_fen).filter(held), 0),
        )
        .where(Payment.batch_id.in_(batch_ids))
        .group_by(Payment.batch_id)
    )
    found = {row[0]: Totals(row[1], int(row[2]), row[3], int(row[4])) for row in rows}
    return {batch_id: found.get(batch_id, Totals()) for batch_id in batch_ids}


@dataclass(frozen=True)
class BankShare:
    """What one bank pays of a batch; ``files`` is 0 until they are written. Amount in fen."""

    channel: BankChannel
    lines: int
    amount_fen: int
    files: int


def bank_shares(session: Session, batch: Batch) -> list[BankShare]:
    """Return what each bank pays of a batch's lines that are not held."""
    rows = session.execute(
        select(
            BankChannel,
            func.count(),
            func.sum(Payment.amount_fen),
            func.count(Payment.bank_file_id.distinct()),
        )
        .join(Payment, Payment.channel_id == BankChannel.id)
        .where(Payment.batch_id == batch.id, Payment.state != "held")
        .group_by(BankChannel.id)
        .order_by(BankChannel.code)
    )
    return [BankShare(row[0], row[1], int(row[2]), row[3]) for row in rows]


def months_with_totals(session: Session) -> dict[str, tuple[int, Totals]]:
    """Return {month: (batches, totals)}, newest month first."""
    held = Payment.state == "held"
    rows = session.execute(
        select(
            Batch.month,
            func.count(Batch.id.distinct()),
            func.count(Payment.id),
            func.coalesce(func.sum(Payment.amount_fen), 0),
            func.count(Payment.id).filter(held),
            func.coalesce(func.sum(Payment.amount_fen).filter(held), 0),
        )
        .outerjoin(Payment, Payment.batch_id == Batch.id)
        .group_by(Batch.month)
        .order_by(Batch.month.desc())
    )
    return {row[0]: (row[1], Totals(row[2], int(row[3]), row[4], int(row[5]))) for row in rows}


def last_run(session: Session, month: str) -> MonthRun | None:
    """Return a month's newest run."""
    return session.scalars(
        select(MonthRun).where(MonthRun.month == month).order_by(MonthRun.requested_at.desc())
    ).first()


def built_of(session: Session, run: MonthRun) -> int:
    """Return for how many of its programmes a run has finished building."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Job)
            .where(Job.kind == "month.build", Job.state == "done")
            .where(Job.key.startswith(f"month.build:{run.id}:"))
        )
        or 0
    )

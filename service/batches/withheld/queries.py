"""Every reading of lines that were left out of signed lists."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from service.batches.models import Batch, Payment
from service.batches.withheld.models import HeldLine, HoldAct


@dataclass(frozen=True)
class Held:
    """A line with the act that left it out."""

    line: HeldLine
    act: HoldAct
    payment: Payment


def standing() -> ColumnElement[bool]:
    """Select held lines whose list was not called back: they are still no part of what is sent."""
    return or_(HeldLine.ended_how.is_(None), HeldLine.ended_how == "released")


def held_before(session: Session, batch: Batch) -> list[tuple[int, int]]:
    """Return (id, fen) of the lines left out in rounds before the present one, by id."""
    rows = session.execute(
        select(Payment.id, Payment.amount_fen)
        .join(HeldLine, HeldLine.payment_id == Payment.id)
        .join(HoldAct, HoldAct.id == HeldLine.hold_id)
        .where(HoldAct.batch_id == batch.id, HoldAct.round < batch.round, standing())
        .order_by(Payment.id)
    )
    return [(row[0], row[1]) for row in rows]


def acts_of(session: Session, batch: Batch) -> list[HoldAct]:
    """Return the acts of the batch's present round, oldest first."""
    return list(
        session.scalars(
            select(HoldAct)
            .where(HoldAct.batch_id == batch.id, HoldAct.round == batch.round)
            .order_by(HoldAct.at, HoldAct.id)
        )
    )


def lines_of(session: Session, acts: Collection[UUID]) -> list[Held]:
    """Return the lines that some acts left out, in order of their ids."""
    return _held(session, HoldAct.id.in_(acts))


def of_payment(session: Session, payment: Payment) -> Held | None:
    """Return what last left a line out of a signed list, if anything did."""
    found = _held(session, HeldLine.payment_id == payment.id)
    return max(found, key=lambda one: one.act.at, default=None)


def of_file(session: Session, file_id: UUID) -> list[Held]:
    """Return every line that was ever left out of a signed file."""
    return _held(session, HeldLine.bank_file_id == file_id)


def of_batch(session: Session, batch: Batch) -> list[Held]:
    """Return every line that was left out of a batch and is still no part of it."""
    return _held(session, HoldAct.batch_id == batch.id, standing())


def _held(session: Session, *which: ColumnElement[bool]) -> list[Held]:
    rows = session.execute(
        select(HeldLine, HoldAct, Payment)
        .join(HoldAct, HoldAct.id == HeldLine.hold_id)
        .join(Payment, Payment.id == HeldLine.payment_id)
        .where(*which)
        .order_by(HeldLine.payment_id, HoldAct.at)
    )
    return [Held(*row) for row in rows]

"""What becomes of held lines when their list is called back: they wait for a person like any others."""

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.batches.lines import move_lines
from service.batches.models import Batch, Payment, PaymentHold
from service.batches.withheld.models import HeldLine, HoldAct
from service.foundation import clock

CONTROL = "held_when_signed"
"""What holds a line that officers had left out of the signed list."""


def keep_held(session: Session, batch: Batch, *, by: Actor) -> None:
    """End the holds of a list that goes back to its maker, and hold their lines by a control instead."""
    lines = session.scalars(
        select(HeldLine)
        .join(HoldAct, HoldAct.id == HeldLine.hold_id)
        .join(Payment, Payment.id == HeldLine.payment_id)
        .where(
            HoldAct.batch_id == batch.id,
            HeldLine.ended_how.is_(None),
            Payment.state == "withheld",
        )
        .order_by(HeldLine.payment_id)
    ).all()
    now = clock.now()
    for line in lines:
        session.execute(
            insert(PaymentHold)
            .values(payment_id=line.payment_id, control=line.control or CONTROL, found_at=now)
            .on_conflict_do_update(
                index_elements=["payment_id", "control"],
                set_={"cleared_at": None, "cleared_by": None, "cleared_reason": None},
            )
        )
        session.execute(
            update(HeldLine)
            .where(HeldLine.hold_id == line.hold_id, HeldLine.payment_id == line.payment_id)
            .values(ended_how="called_back", ended_at=now)
        )
    numbers = [line.payment_id for line in lines]
    move_lines(
        session,
        Payment.id.in_(numbers),
        now="withheld",
        then="held",
        by=by,
        on=("batches", batch.id),
        values={"bank_file_id": None},
    )

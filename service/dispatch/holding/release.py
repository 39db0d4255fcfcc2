"""Release a held line: whatever held it is settled, and it may be issued again in a later list."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.record import record
from service.batches.models import Batch, Payment
from service.batches.release import ReasonMissing
from service.batches.withheld.models import HeldLine
from service.dispatch.holding.problems import NotReleasable
from service.foundation import clock
from service.officers.may import Matter, require
from service.officers.models import Officer


def release(
    session: Session, payment: Payment, *, by: Officer, reason: str, session_id: str = ""
) -> None:
    """Close the hold; the line is not sent with its own list any more, and waits to be re-issued.

    Nothing is paid by this: the re-issue is screened, approved and signed like every list. Raises
    NotAllowed, ReasonMissing, NotReleasable.
    """
    require(by, "dispatch.send", Matter(kind="batch", programme=payment.programme))
    if not reason.strip():
        raise ReasonMissing
    # No part of a list that may be called back has an end of its own.
    batch = session.get_one(Batch, payment.batch_id, with_for_update=True, populate_existing=True)
    held = session.scalars(
        select(HeldLine)
        .where(HeldLine.payment_id == payment.id, HeldLine.ended_how.is_(None))
        .with_for_update()
    ).first()
    if held is None or payment.state != "withheld" or batch.state not in ("sent", "answered"):
        raise NotReleasable(payment.reference)
    held.ended_how, held.ended_by, held.ended_at = "released", by.id, clock.now()
    held.ended_reason = reason.strip()
    record(
        session,
        "hold.ended",
        by=by.actor(session_id),
        on=("payments", payment.id),
        reason=held.ended_reason,
        details={"hold": str(held.hold_id)},
    )
    session.flush()

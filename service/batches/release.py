"""Release a held line: an officer clears what held it, with a reason, and it can be paid."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.record import record
from service.batches import cooling
from service.batches.about import about_line
from service.batches.controls import NEVER_CLEARED_BY_HAND
from service.batches.lines import move_lines
from service.batches.models import Payment, PaymentHold
from service.batches.queries import locked
from service.foundation import clock
from service.foundation.problems import NotFound, Problem
from service.officers.may import require
from service.officers.models import Officer


class NeedsData(Problem):
    """A hold that only a correction of the data can clear."""

    code = "needs_data"
    status = 409
    title = "Only corrected data can clear this"

    def __init__(self, control: str) -> None:
        super().__init__(
            f"The hold “{control}” cannot be cleared by hand; it ends when the department's data are corrected.",
            f"“{control}”不能人工解除，须由相关部门更正数据后自动解除。",
        )


class ReasonMissing(Problem):
    """An act that needs a reason was given none."""

    code = "reason_missing"
    status = 422
    title = "A reason is needed"

    def __init__(self) -> None:
        super().__init__("Write a reason; it is kept with the act.", "请填写理由，理由将一并留痕。")


def release(
    session: Session, payment: Payment, *, by: Officer, reason: str, session_id: str = ""
) -> None:
    """Clear every open hold of one line.

    In a batch that is not frozen yet the line can be paid with it. A line that stayed behind when
    its list froze moves to a new batch the next time the month's button is pressed.
    """
    require(by, "batches.resolve", about_line(session, payment))
    if not reason.strip():
        raise ReasonMissing
    batch = locked(session, payment.batch_id)
    if payment.state != "held":
        raise NotFound("line")
    holds = session.scalars(
        select(PaymentHold).where(
            PaymentHold.payment_id == payment.id, PaymentHold.cleared_at.is_(None)
        )
    ).all()
    for hold in holds:
        if hold.control in NEVER_CLEARED_BY_HAND:
            raise NeedsData(hold.control)
        if hold.control == cooling.CODE:
            cooling.require_answer(session, payment)
    for hold in holds:
        hold.cleared_at, hold.cleared_by, hold.cleared_reason = (
            clock.now(),
            str(by.id),
            reason.strip(),
        )
        record(
            session,
            "hold.cleared",
            by=by.actor(session_id),
            on=("payments", payment.id),
            reason=reason.strip(),
            details={"control": hold.control, "version": hold.version},
        )
    if batch.state in {"draft", "returned"}:
        move_lines(
            session,
            Payment.id == payment.id,
            now="held",
            then="ready",
            by=by.actor(session_id),
            on=("payments", payment.id),
        )

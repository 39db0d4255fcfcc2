"""A line that failed, or came back, was issued again, and now its bank says that it was paid all along.

What is out already was paid twice, and is asked back; what is not out yet is stopped. While the
bank has the new line and has not answered for it, nobody knows which it is, and nothing is decided.
"""

from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.audit.record import record
from service.batches.controls import BY_CODE, PAID_ALREADY
from service.batches.lines import move_lines
from service.batches.models import Batch, Payment, PaymentHold
from service.batches.recoveries.models import RecoveryCase
from service.batches.recoveries.paid_twice import open_for_double
from service.foundation import clock
from service.foundation.problems import Problem
from service.ledger.appropriate import commit
from service.ledger.held import take_back
from service.ledger.post import account_code, post


class SecondNotAnswered(Problem):
    """The line that was issued instead is with its bank, and nobody knows what becomes of it."""

    code = "second_not_answered"
    status = 409
    title = "The new line has no answer yet"

    def __init__(self, second: Payment) -> None:
        super().__init__(
            f"{second.reference}, which was issued instead, is with its bank and has no answer yet. "
            "Call it back if that still goes; decide this once the bank has answered for it.",
            f"重新发放的 {second.reference} 已交银行但尚无回盘。可先尝试撤回该笔，待银行答复后再认定。",
        )


class SecondOnItsWay(Problem):
    """The line that was issued instead is on a frozen list, which cannot be changed."""

    code = "second_on_its_way"
    status = 409
    title = "The new line is on a frozen list"

    def __init__(self, second: Payment, batch: Batch) -> None:
        super().__init__(
            f"{second.reference}, which was issued instead, is on the frozen list {batch.batch_no}. "
            "Have the list returned to its maker first: then the line is held here, and nothing is paid twice.",
            f"重新发放的 {second.reference} 在已冻结的清册 {batch.batch_no} 中。请先将清册退回经办人，"
            "再在此认定，届时该笔将被暂缓，不会重复发放。",
        )


def last_of(session: Session, payment: Payment, *, locked: bool = False) -> Payment:
    """Return the newest line that was issued instead of a payment; itself if there is none."""
    found = payment
    while True:
        query = (
            select(Payment)
            .where(Payment.replaces_id == found.id)
            .order_by(Payment.id.desc())
            .limit(1)
            .execution_options(populate_existing=True)
        )
        again = session.scalars(query.with_for_update() if locked else query).first()
        if again is None:
            return found
        found = again


def was_paid(
    session: Session,
    payment: Payment,
    *,
    values: dict[str, Any],
    on: tuple[str, object],
    by: Actor,
) -> RecoveryCase | None:
    """Take a line in state ``reissued`` as paid; open a case when the new one was paid as well.

    The money is that of the new line where it has not gone out; else it was paid beyond every list,
    and this year's appropriation bears it until it is back. ``values`` go into the payment's row.
    Raises SecondNotAnswered, SecondOnItsWay, AppropriationExceeded.
    """
    second = last_of(session, payment, locked=True)
    if second.state in ("sent", "unknown"):
        raise SecondNotAnswered(second)
    if second.state == "frozen":
        raise SecondOnItsWay(second, session.get_one(Batch, second.batch_id))
    today, programme = clock.today(), payment.programme
    if second.state in ("ready", "held"):
        _stop(session, second, by)
        from_kind = "commitments" if payment.settled_on is None else "returned_held"
    else:
        from_kind = "returned_held" if second.state == "returned" else "commitments"
    if second.state == "paid":
        event = f"{payment.id}:paid-twice"
        commit(session, programme, today.year, payment.amount_fen, batch=event, on=today)
    posted = post(
        session, "payment.paid_after_reissue", str(payment.id),
        {
            account_code("settled", programme=programme): payment.amount_fen,
            **_taken_from(session, payment, from_kind),
        },
        booked_on=today,
    )  # fmt: skip
    if not posted:
        raise RuntimeError(f"{payment.reference} was taken as paid after its re-issue before")
    move_lines(
        session, Payment.id == payment.id, now="reissued", then="paid", by=by, on=on, values=values
    )
    if second.state != "paid":
        return None
    return open_for_double(session, payment, second, year=today.year, by=by)


def _taken_from(session: Session, payment: Payment, kind: str) -> dict[str, int]:
    if kind == "returned_held":
        return take_back(session, payment.programme, payment.amount_fen)
    return {account_code(kind, programme=payment.programme): -payment.amount_fen}


def _stop(session: Session, second: Payment, by: Actor) -> None:
    """Hold a line that is not out, so that nobody can release it while the first one is paid."""
    session.execute(
        insert(PaymentHold)
        .values(
            payment_id=second.id,
            control=PAID_ALREADY,
            version=BY_CODE[PAID_ALREADY].version,
            evidence={"line": second.replaces_id},
            found_at=clock.now(),
        )
        .on_conflict_do_nothing(index_elements=["payment_id", "control"])
    )
    if second.state == "ready":
        which = Payment.id == second.id
        on = ("batches", second.batch_id)
        move_lines(session, which, now="ready", then="held", by=by, on=on)
    record(
        session,
        "payment.stopped_paid_already",
        by=by,
        on=("payments", second.id),
        details={"line": second.reference},
    )

"""End the matter of a reply's line that moved nothing: explained, or believed after all."""

from typing import Any

from sqlalchemy.orm import Session

from service.audit.record import record
from service.batches.lines import move_lines
from service.batches.models import Payment
from service.batches.recoveries.book import book_offsets
from service.batches.release import ReasonMissing
from service.dispatch.models import BankFile
from service.foundation import clock
from service.ledger.post import account_code, post
from service.officers.may import require
from service.officers.models import Officer
from service.reconciliation.control import keep_control
from service.reconciliation.models import InboundFile, ReplyLine
from service.reconciliation.receipts.after_reissue import was_paid
from service.reconciliation.receipts.models import ReplyLineResolution
from service.reconciliation.receipts.problems import NotPaidLate


def explain(session: Session, line: ReplyLine, *, reason: str, by: Officer) -> None:
    """Keep what the bank explained of a line; it moves nothing. Raises ReasonMissing."""
    require(by, "reconciliation.resolve")
    _keep(session, line, "explained", reason, by)


def believe_paid(session: Session, line: ReplyLine, *, reason: str, by: Officer) -> None:
    """Take a rejected payment as paid, because a later line of the bank says so.

    While such a line is open its payment is not issued again. Was it issued again before, then the
    new line is stopped, or what was paid twice is asked back: see ``after_reissue``. Raises
    ReasonMissing, NotPaidLate, and what ``was_paid`` raises.
    """
    require(by, "reconciliation.resolve")
    payment = (
        session.get(Payment, line.payment_id, with_for_update=True, populate_existing=True)
        if line.payment_id is not None
        else None
    )
    late = (line.said, line.outcome) == ("paid", "contradiction")
    if payment is None or not late or not payment.bank_file_id:
        raise NotPaidLate
    if payment.state not in ("rejected", "reissued"):
        raise NotPaidLate
    _keep(session, line, "paid_late", reason, by)
    file = session.get_one(BankFile, payment.bank_file_id)
    values = {
        "settled_on": file.execution_date,
        "result_code": line.code,
        "result_reason": line.reason,
    }
    on = ("inbound_files", line.inbound_file_id)
    if payment.state == "reissued":
        was_paid(session, payment, values=values, on=on, by=by.actor())
    else:
        _pay_late(session, payment, values, on, by)
    book_offsets(session, payment.programme)
    keep_control(session, file, session.get_one(InboundFile, line.inbound_file_id))


def _pay_late(
    session: Session,
    payment: Payment,
    values: dict[str, Any],
    on: tuple[str, object],
    by: Officer,
) -> None:
    programme = payment.programme
    post(
        session, "payment.paid_late", str(payment.id),
        {
            account_code("settled", programme=programme): payment.amount_fen,
            account_code("commitments", programme=programme): -payment.amount_fen,
        },
        booked_on=clock.today(),
    )  # fmt: skip
    move_lines(
        session,
        Payment.id == payment.id,
        now="rejected",
        then="paid",
        by=by.actor(),
        on=on,
        values=values,
    )


def _keep(session: Session, line: ReplyLine, act: str, reason: str, by: Officer) -> None:
    if not reason.strip():
        raise ReasonMissing
    session.add(
        ReplyLineResolution(
            reply_line_id=line.id, act=act, reason=reason.strip(), officer_id=by.id, at=clock.now()
        )
    )
    session.flush()
    record(
        session,
        f"reply_line.{act}",
        by=by.actor(),
        on=("inbound_files", line.inbound_file_id),
        details={"line": line.line, "outcome": line.outcome},
    )

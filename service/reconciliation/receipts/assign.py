"""Assign a receipt to the payments it gives back: asked by one officer, confirmed by another."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.audit.record import record
from service.batches.lines import move_lines
from service.batches.models import Payment
from service.batches.recoveries import paid_twice
from service.batches.recoveries.book import book_offsets
from service.batches.release import ReasonMissing
from service.dispatch.models import BankFile
from service.foundation import clock, ids
from service.foundation.ids import number_of
from service.ledger.models import BankChannel
from service.ledger.post import account_code, post
from service.officers.may import require
from service.officers.models import Officer
from service.reconciliation.control import keep_control
from service.reconciliation.models import InboundFile
from service.reconciliation.receipts import queries
from service.reconciliation.receipts.after_reissue import was_paid
from service.reconciliation.receipts.models import ReceiptAssignment, ReceiptPart
from service.reconciliation.receipts.problems import (
    AnotherOfficer,
    NamesAnother,
    PaymentUnfit,
    ReceiptSettled,
    SumsDiffer,
)
from service.reconciliation.receipts.queries import Receipt


def ask(
    session: Session,
    receipt: Receipt,
    references: Sequence[str],
    *,
    fee_fen: int,
    reason: str,
    by: Officer,
) -> ReceiptAssignment:
    """Say which payments a receipt gives back; nothing moves before another officer confirms.

    Of a debit: which line it pays after all, its return taken back after it was issued again. A receipt that names a payment of ours is that one's and no other's, least of all the line's that
    was issued instead. Raises ReasonMissing, ReceiptSettled, NamesAnother, PaymentUnfit, SumsDiffer.
    """
    require(by, "reconciliation.resolve")
    if not reason.strip():
        raise ReasonMissing
    if queries.standing(session, receipt.line.id) is not None:
        raise ReceiptSettled
    named = queries.named(session, receipt)
    payments = [_payment(session, receipt, one) for one in dict.fromkeys(references)]
    if named is not None and named.id not in {one.id for one in payments}:
        raise NamesAnother(named.reference)
    total_fen = sum(one.amount_fen for one in payments)
    moved_fen = receipt.line.signed_fen
    wrong_fee = fee_fen < 0 or (moved_fen < 0 and fee_fen > 0)
    if not payments or wrong_fee or total_fen - fee_fen != abs(moved_fen):
        raise SumsDiffer(total_fen, fee_fen, abs(moved_fen))
    asked = ReceiptAssignment(
        id=ids.uuid7(),
        statement_line_id=receipt.line.id,
        state="asked",
        fee_fen=fee_fen,
        reason=reason.strip(),
        asked_by=by.id,
        asked_at=clock.now(),
    )
    session.add(asked)
    session.flush()
    session.add_all(ReceiptPart(assignment_id=asked.id, payment_id=one.id) for one in payments)
    session.flush()
    _note(session, "receipt.assignment_asked", asked, receipt, by)
    return asked


def confirm(session: Session, receipt: Receipt, *, by: Officer) -> None:
    """Move the payments to returned and their money out of what belongs to nobody.

    A debit takes its payment as paid. Raises ReceiptSettled, AnotherOfficer, PaymentUnfit (it moved
    meanwhile), and for a debit what ``after_reissue.was_paid`` raises.
    """
    require(by, "reconciliation.resolve")
    asked = queries.standing(session, receipt.line.id)
    if asked is None or asked.state != "asked":
        raise ReceiptSettled
    if asked.asked_by == by.id:
        raise AnotherOfficer
    payments = [_payment(session, receipt, one.reference) for one in queries.parts(session, asked)]
    asked.state, asked.decided_by, asked.decided_at = "confirmed", by.id, clock.now()
    session.flush()
    inbound = session.get_one(InboundFile, receipt.statement.inbound_file_id)
    sign = -1 if receipt.is_debit else 1
    total_fen = sum(one.amount_fen for one in payments)
    sides = {account_code("unidentified_receipts"): sign * total_fen}
    # Each bank's clearing is of what it paid itself, wherever the money came back to.
    paid_by = {one.id: _bank(session, one) for one in payments}
    for payment in payments:
        clearing = account_code("bank_clearing", channel=paid_by[payment.id])
        sides[clearing] = sides.get(clearing, 0) - sign * payment.amount_fen
    # What the bank kept stays where its other fees are, until they are explained.
    post(session, "receipt.assigned", str(asked.id), sides, booked_on=clock.today())
    for payment in payments:
        if receipt.is_debit:
            on = ("bank_statements", receipt.statement.id)
            told = {"result_code": None, "result_reason": None}
            was_paid(session, payment, values=told, on=on, by=by.actor())
        # What failed and was issued again is committed to its new line: only the cash came back.
        elif payment.state != "reissued":
            _give_back(session, receipt, payment, paid_by[payment.id], by)
    back = Payment.id.in_([one.id for one in payments])
    paid_twice.came_back(session, back, by=by.actor())
    for programme in sorted({one.programme for one in payments}):
        book_offsets(session, programme)
    for file_id in sorted({one.bank_file_id for one in payments if one.bank_file_id}):
        keep_control(session, session.get_one(BankFile, file_id), inbound)
    _note(session, "receipt.assigned", asked, receipt, by)


def withdraw(session: Session, receipt: Receipt, *, by: Officer) -> None:
    """Take an assignment back before it is confirmed, by whoever may resolve. Raises ReceiptSettled."""
    require(by, "reconciliation.resolve")
    asked = queries.standing(session, receipt.line.id)
    if asked is None or asked.state != "asked":
        raise ReceiptSettled
    asked.state, asked.decided_by, asked.decided_at = "withdrawn", by.id, clock.now()
    session.flush()
    _note(session, "receipt.assignment_withdrawn", asked, receipt, by)


def _payment(session: Session, receipt: Receipt, reference: str) -> Payment:
    number = number_of(reference.strip().upper())
    payment = (
        session.get(Payment, number, with_for_update=True, populate_existing=True)
        if number is not None
        else None
    )
    if payment is None or not queries.fits(session, receipt, payment):
        raise PaymentUnfit(reference.strip()[:20])
    return payment


def _bank(session: Session, payment: Payment) -> str:
    file = session.get_one(BankFile, payment.bank_file_id)
    return session.get_one(BankChannel, file.channel_id).code


def _give_back(
    session: Session, receipt: Receipt, payment: Payment, channel: str, by: Officer
) -> None:
    programme, amount_fen, before = payment.programme, payment.amount_fen, payment.state
    settled = account_code("settled", programme=programme)
    where = f"{receipt.statement.id}:{payment.id}"
    if before != "paid":
        in_transit = account_code("in_transit", channel=channel, programme=programme)
        post(
            session, "return.settled_first", where,
            {settled: amount_fen, in_transit: -amount_fen}, booked_on=clock.today(),
        )  # fmt: skip
    post(
        session, "payment.returned", where,
        {account_code("returned_held", programme=programme): amount_fen, settled: -amount_fen},
        booked_on=clock.today(), channel=channel,
    )  # fmt: skip
    move_lines(
        session,
        Payment.id == payment.id,
        now=before,
        then="returned",
        by=by.actor(),
        on=("bank_statements", receipt.statement.id),
        values={"settled_on": func.coalesce(Payment.settled_on, receipt.statement.booked_on)},
    )


def _note(
    session: Session, event: str, asked: ReceiptAssignment, receipt: Receipt, by: Officer
) -> None:
    count = session.scalar(
        select(func.count()).select_from(ReceiptPart).where(ReceiptPart.assignment_id == asked.id)
    )
    record(
        session,
        event,
        by=by.actor(),
        on=("receipt_assignments", asked.id),
        details={
            "statement_line": receipt.line.id,
            "amount_fen": receipt.line.signed_fen,
            "fee_fen": asked.fee_fen,
            "payments": count,
        },
    )

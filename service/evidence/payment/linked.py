"""What the payment hangs together with: lines that pay it again, receipts, corrections, recoveries."""

from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from service.batches.models import Batch, Payment
from service.batches.recoveries.models import (
    DoublePayment,
    RecoveryAct,
    RecoveryCase,
    RecoveryItem,
    RecoveryOffset,
    RecoveryReceipt,
)
from service.evidence.payment.steps import Names
from service.evidence.payment.subject import Subject
from service.evidence.said import at
from service.reconciliation.corrections.models import CorrectionFile, CorrectionRow
from service.reconciliation.receipts.models import ReceiptAssignment, ReceiptPart


def linked(session: Session, about: Subject, names: Names) -> dict[str, Any]:
    """Return the lines, receipts, corrections and recovery cases around the payment; nobody is named."""
    return {
        "lines": _lines(session, about.payment),
        "receipts": _receipts(session, about, names),
        "corrections": _corrections(session, about),
        "recoveries": [
            _case(session, one, about.payment, names) for one in cases_of(session, about.payment)
        ],
    }


def cases_of(session: Session, payment: Payment) -> list[RecoveryCase]:
    """Return the cases that ask this payment back, or for which a part of it was kept."""
    items = select(RecoveryItem.case_id).where(RecoveryItem.mends_id == payment.id)
    kept = select(RecoveryOffset.case_id).where(RecoveryOffset.payment_id == payment.id)
    twice = select(DoublePayment.case_id).where(
        or_(DoublePayment.first_id == payment.id, DoublePayment.second_id == payment.id)
    )
    return list(
        session.scalars(
            select(RecoveryCase)
            .where(
                or_(RecoveryCase.id.in_(items), RecoveryCase.id.in_(kept), RecoveryCase.id.in_(twice))
            )
            .order_by(RecoveryCase.number)
        )
    )  # fmt: skip


def _lines(session: Session, payment: Payment) -> list[dict[str, Any]]:
    """Return the other lines of the same claim: paid before, again, in part, to heirs."""
    first = payment.mends_id or payment.id
    rows = session.execute(
        select(Payment, Batch.batch_no)
        .join(Batch, Batch.id == Payment.batch_id)
        .where(
            Payment.id != payment.id,
            or_(
                Payment.id == payment.replaces_id,
                Payment.replaces_id == payment.id,
                Payment.id == payment.mends_id,
                Payment.mends_id == first,
            ),
        )
        .order_by(Payment.id)
    )
    return [
        {
            "reference": one.reference,
            "batch_no": batch_no,
            "how": _how(payment, one),
            "line_type": one.line_type,
            "period": one.period,
            "attempt": one.attempt,
            "state": one.state,
            "amount_fen": one.amount_fen,
        }
        for one, batch_no in rows
    ]


def _how(mine: Payment, other: Payment) -> str:
    if other.id == mine.replaces_id:
        return "paid_again_by_this"
    if other.replaces_id == mine.id:
        return "pays_this_again"
    return "first_of_period" if other.id == mine.mends_id else "same_claim"


def _receipts(session: Session, about: Subject, names: Names) -> list[dict[str, Any]]:
    rows = session.scalars(
        select(ReceiptAssignment)
        .join(ReceiptPart, ReceiptPart.assignment_id == ReceiptAssignment.id)
        .where(ReceiptPart.payment_id == about.payment.id)
        .order_by(ReceiptAssignment.asked_at, ReceiptAssignment.id)
    )
    return [
        {
            "statement_line": one.statement_line_id,
            "state": one.state,
            "fee_fen": one.fee_fen,
            "reason": one.reason,
            "asked_by": names.of(one.asked_by),
            "asked_at": at(one.asked_at),
            "decided_by": names.of(one.decided_by),
            "decided_at": at(one.decided_at),
        }
        for one in rows
    ]


def _corrections(session: Session, about: Subject) -> list[dict[str, Any]]:
    rows = session.execute(
        select(CorrectionRow, CorrectionFile)
        .join(CorrectionFile, CorrectionFile.id == CorrectionRow.file_id)
        .where(CorrectionRow.payment_id == about.payment.id)
        .order_by(CorrectionFile.imported_at, CorrectionRow.id)
    )
    return [
        {
            "file_name": file.file_name,
            "sha256": file.sha256,
            "row": row.row_no,
            "state": row.state,
            "imported_at": at(file.imported_at),
        }
        for row, file in rows
    ]


def _case(session: Session, case: RecoveryCase, payment: Payment, names: Names) -> dict[str, Any]:
    items = session.scalars(
        select(RecoveryItem)
        .where(RecoveryItem.case_id == case.id, RecoveryItem.mends_id == payment.id)
        .order_by(RecoveryItem.id)
    )
    offset = session.get(RecoveryOffset, (payment.id, case.id))
    acts = session.scalars(
        select(RecoveryAct)
        .where(RecoveryAct.case_id == case.id)
        .order_by(RecoveryAct.at, RecoveryAct.act)
    )
    receipts = session.scalars(
        select(RecoveryReceipt)
        .where(RecoveryReceipt.case_id == case.id)
        .order_by(RecoveryReceipt.id)
    )
    return {
        "case_no": case.case_no,
        "state": case.state,
        "opened_at": at(case.opened_at),
        "notified_on": at(case.notified_on),
        "asked_back": [{"period": one.period, "fen": one.amount_fen} for one in items],
        "kept_of_this_fen": offset.offset_fen if offset else 0,
        "acts": [
            {"act": one.act, "by": names.of(one.officer_id), "at": at(one.at), "reason": one.reason}
            for one in acts
        ],
        "received": [{"fen": one.amount_fen, "on": at(one.received_on)} for one in receipts],
    }

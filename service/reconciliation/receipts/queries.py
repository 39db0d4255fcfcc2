"""Every reading of receipts without a payment: which are open, what they may be, who said what."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from service.batches.models import Payment
from service.dispatch.models import BankFile
from service.ledger.models import BankChannel
from service.reconciliation.models import BankStatement, ReplyLine, StatementLine
from service.reconciliation.receipts.models import (
    ReceiptAssignment,
    ReceiptPart,
    ReplyLineResolution,
)

CAN_COME_BACK = ("paid", "sent", "unknown")
_WINDOW = timedelta(days=370)
"""Money comes back within days; a year's end or a lost letter makes it months."""
_SUGGESTED_MAX = 10


@dataclass(frozen=True)
class Receipt:
    """A credit without a payment: where it stands, and what was said of it."""

    line: StatementLine
    statement: BankStatement
    channel: BankChannel
    asked: ReceiptAssignment | None


def is_resolved() -> ColumnElement[bool]:
    """Whether somebody has dealt with a reply's line."""
    return exists().where(ReplyLineResolution.reply_line_id == ReplyLine.id)


def is_assigned() -> ColumnElement[bool]:
    """Whether two officers have said whose a receipt is."""
    return exists().where(
        ReceiptAssignment.statement_line_id == StatementLine.id,
        ReceiptAssignment.state == "confirmed",
    )


def one(session: Session, line_id: int) -> Receipt | None:
    """Return a credit that the statement's matching left unidentified."""
    found = session.execute(
        select(StatementLine, BankStatement, BankChannel)
        .join(BankStatement, BankStatement.id == StatementLine.statement_id)
        .join(BankChannel, BankChannel.id == BankStatement.channel_id)
        .where(
            StatementLine.id == line_id,
            StatementLine.matched == "unidentified",
            StatementLine.signed_fen > 0,
        )
    ).first()
    if found is None:
        return None
    line, statement, channel = found
    return Receipt(line, statement, channel, standing(session, line_id))


def standing(session: Session, line_id: int) -> ReceiptAssignment | None:
    """Return the assignment that was asked for or confirmed, under its lock."""
    return session.scalars(
        select(ReceiptAssignment)
        .where(
            ReceiptAssignment.statement_line_id == line_id,
            ReceiptAssignment.state != "withdrawn",
        )
        .with_for_update()
    ).first()


def parts(session: Session, assignment: ReceiptAssignment) -> list[Payment]:
    """Return the payments that an assignment names."""
    return list(
        session.scalars(
            select(Payment)
            .join(ReceiptPart, ReceiptPart.payment_id == Payment.id)
            .where(ReceiptPart.assignment_id == assignment.id)
            .order_by(Payment.id)
        )
    )


def suggested(session: Session, receipt: Receipt) -> list[Payment]:
    """Return payments of the same bank and amount that may have come back: for a person to judge.

    What was issued again is never among them, and nothing here is matched by itself.
    """
    booked_on = receipt.statement.booked_on
    return list(
        session.scalars(
            select(Payment)
            .join(BankFile, BankFile.id == Payment.bank_file_id)
            .where(
                BankFile.channel_id == receipt.channel.id,
                BankFile.execution_date.between(booked_on - _WINDOW, booked_on),
                Payment.amount_fen == receipt.line.signed_fen,
                Payment.state.in_(CAN_COME_BACK),
            )
            .order_by(BankFile.execution_date.desc(), Payment.id)
            .limit(_SUGGESTED_MAX)
        )
    )

"""Every reading of receipts without a payment: which are open, what they may be, who said what."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, Select, Text, and_, cast, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from service.batches.models import Payment
from service.dispatch.models import BankFile
from service.foundation.ids import number_of
from service.ledger.models import BankChannel, LedgerEntry
from service.reconciliation.models import BankStatement, ReplyLine, StatementLine
from service.reconciliation.receipts.models import (
    ReceiptAssignment,
    ReceiptPart,
    ReplyLineResolution,
)
from service.reconciliation.replaced import replaced

CAN_COME_BACK = ("paid", "sent", "unknown")
"""At the bank that paid; to another bank's account only what was paid can come back."""
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

    @property
    def is_debit(self) -> bool:
        """Whether the bank takes back the return of a line that was issued again meanwhile."""
        return self.line.signed_fen < 0


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
    """Return a credit that the statement's matching left unidentified.

    Also a debit that bears the reference of a payment of ours: it may take back a return.
    """
    found = session.execute(
        select(StatementLine, BankStatement, BankChannel)
        .join(BankStatement, BankStatement.id == StatementLine.statement_id)
        .join(BankChannel, BankChannel.id == BankStatement.channel_id)
        .where(
            StatementLine.id == line_id,
            StatementLine.matched == "unidentified",
            ~replaced(),
        )
    ).first()
    if found is None:
        return None
    line, statement, channel = found
    receipt = Receipt(line, statement, channel, standing(session, line_id))
    return None if receipt.is_debit and named(session, receipt) is None else receipt


def open_receipts(
    session: Session, *, state: str = "", after: int = 0, limit: int = 50
) -> tuple[list[Receipt], int]:
    """Return a page of credits that two people have not settled, the oldest first, and its end.

    ``state`` open or asked limits them; the end is 0 on the last page.
    """
    given_up = exists().where(
        LedgerEntry.event_type == "receipt.written_off",
        LedgerEntry.event_id == cast(StatementLine.id, Text),
    )
    asked = aliased(ReceiptAssignment)
    query = (
        select(StatementLine, BankStatement, BankChannel, asked)
        .join(BankStatement, BankStatement.id == StatementLine.statement_id)
        .join(BankChannel, BankChannel.id == BankStatement.channel_id)
        .outerjoin(
            asked,
            and_(
                asked.statement_line_id == StatementLine.id,
                asked.state == "asked",
            ),
        )
        .where(
            StatementLine.matched == "unidentified",
            StatementLine.signed_fen > 0,
            StatementLine.id > after,
            ~is_assigned(),
            ~given_up,
        )
        .order_by(StatementLine.id)
        .limit(limit + 1)
    )
    if state:
        is_asked = asked.id.is_not(None)
        query = query.where(is_asked if state == "asked" else ~is_asked)
    found = [Receipt(*row) for row in session.execute(query)]
    return found[:limit], found[limit - 1].line.id if len(found) > limit else 0


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


def named(session: Session, receipt: Receipt) -> Payment | None:
    """Return the payment of ours whose reference the credit bears, whatever became of it."""
    number = number_of("".join(receipt.line.reference.split()).upper())
    return session.get(Payment, number) if number is not None else None


def fits(session: Session, receipt: Receipt, payment: Payment) -> bool:
    """Return whether a payment can have come back by a receipt."""
    which = (Payment.id == payment.id, _can_come_back(receipt))
    return session.scalar(_payments().where(*which).with_only_columns(Payment.id)) is not None


def suggested(session: Session, receipt: Receipt) -> list[Payment]:
    """Return payments that may have come back by a receipt: for a person to judge.

    The one that the credit names, where it names one of ours; else those of its amount, the same
    bank's first. Nothing here is matched by itself.
    """
    booked_on = receipt.statement.booked_on
    theirs = named(session, receipt)
    if theirs is not None:
        return [theirs] if fits(session, receipt, theirs) else []
    return list(
        session.scalars(
            _payments()
            .where(
                _can_come_back(receipt),
                Payment.state != "reissued",
                Payment.amount_fen == receipt.line.signed_fen,
                BankFile.execution_date.between(booked_on - _WINDOW, booked_on),
            )
            .order_by(
                BankFile.channel_id != receipt.channel.id,
                BankFile.execution_date.desc(),
                Payment.id,
            )
            .limit(_SUGGESTED_MAX)
        )
    )


def given_back() -> ColumnElement[bool]:
    """Whether two officers have said that a receipt gives a payment back."""
    return exists().where(
        ReceiptPart.payment_id == Payment.id,
        ReceiptAssignment.id == ReceiptPart.assignment_id,
        ReceiptAssignment.state == "confirmed",
    )


def paid_after_reissue(session: Session) -> int:
    """Count payments that were issued again and that a bank's answer calls paid, not decided yet."""
    return (
        session.scalar(
            select(func.count(func.distinct(ReplyLine.payment_id)))
            .join(Payment, Payment.id == ReplyLine.payment_id)
            .where(
                ReplyLine.outcome == "contradiction",
                ReplyLine.said == "paid",
                Payment.state == "reissued",
                ~is_resolved(),
            )
        )
        or 0
    )


def _payments() -> Select[Payment]:
    return select(Payment).join(BankFile, BankFile.id == Payment.bank_file_id)


def _can_come_back(receipt: Receipt) -> ColumnElement[bool]:
    if receipt.is_debit:
        return and_(
            BankFile.channel_id == receipt.channel.id,
            Payment.state == "reissued",
            Payment.settled_on.is_not(None),
            Payment.amount_fen == -receipt.line.signed_fen,
        )
    # What the bank called failed was issued again; where the bank debited it all the same, its cash
    # comes back, once, and the new line keeps the money that it was given.
    failed = and_(Payment.state == "reissued", Payment.settled_on.is_(None), ~given_back())
    at_its_bank = and_(BankFile.channel_id == receipt.channel.id, Payment.state.in_(CAN_COME_BACK))
    return or_(Payment.state == "paid", at_its_bank, failed)

"""退款台账: what banks sent back, why, and what became of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session, aliased

from service.batches import words as batch_words
from service.batches.models import Batch, Payment
from service.foundation.ids import reference_of
from service.foundation.months import Month
from service.foundation.spreadsheets.styled import Book, Col
from service.ledger.models import BankChannel
from service.officers.may import require
from service.reconciliation import words
from service.reconciliation.models import BankStatement, StatementLine
from service.reconciliation.replaced import replaced
from service.reconciliation.workbooks import booked
from service.reconciliation.workbooks.checks import Check, finish, total_line
from service.reconciliation.workbooks.made import Made
from service.reconciliation.workbooks.reader import Reader
from service.residents.models import Account
from service.web.filters import NONE
from service.web.language import gettext

_AT_ONCE = 2_000
_AMOUNT, _OPEN = "J", "L"


@dataclass(frozen=True)
class Days:
    """The first and the last day, both included."""

    first: date
    last: date

    @classmethod
    def of_month(cls, month: Month) -> "Days":
        return cls(month.first_day, month.last_day)


def returns(session: Session, days: Days, reader: Reader) -> Made:
    """Return the ledger of what banks booked back to us on some days.

    Raises NotAllowed, RevealReasonMissing, WorkbookTooLong.
    """
    require(reader.officer, "reconciliation.read")
    reader.check()
    which = and_(
        StatementLine.matched == "return",
        BankStatement.booked_on.between(days.first, days.last),
        ~replaced(),
    )
    count, amount_fen = session.execute(
        select(func.count(), func.coalesce(func.sum(StatementLine.signed_fen), 0))
        .join(BankStatement, BankStatement.id == StatementLine.statement_id)
        .where(which)
    ).one()
    span = f"{days.first} – {days.last}"
    name = gettext("Ledger of returns")
    title = f"{name} {span}"
    book = Book(title)
    lines = book.table(
        gettext("Returns"), (title, total_line(count, int(amount_fen))), _columns(),
        _rows(session, which, reader), total=gettext("Total"),
    )  # fmt: skip
    returned = Payment.id.in_(
        select(StatementLine.payment_id)
        .join(BankStatement, BankStatement.id == StatementLine.statement_id)
        .where(which)
    )
    waiting = session.scalar(
        select(func.coalesce(func.sum(Payment.amount_fen), 0)).where(
            returned, Payment.state == "returned"
        )
    )
    checks = [
        Check(
            gettext("Came back"), lines.sum_of(_AMOUNT), int(amount_fen),
            gettext("banks' statements"), lines.count_of(_AMOUNT), count,
        ),
        Check(
            gettext("Came back"), lines.sum_of(_AMOUNT), booked.returned_on_fen(session, days.first, days.last),
            gettext("ledger: returned and held"),
        ),
        Check(
            gettext("Waits to be issued again"), lines.sum_of(_OPEN), int(waiting or 0),
            gettext("lines of the lists"),
        ),
    ]  # fmt: skip
    facts = [
        (gettext("From – to"), span),
        (gettext("Lines"), f"{count:,}"),
        (gettext("Amount"), total_line(count, int(amount_fen))),
    ]
    content = finish(book, reader, facts, checks)
    name = f"returns-{days.first}-{days.last}.xlsx"
    return Made(content, name, count, ("returns", f"{days.first}/{days.last}"))


def _columns() -> list[Col]:
    return [
        Col(gettext("No."), "number"),
        Col(gettext("Booked back on")),
        Col(gettext("Bank")),
        Col(gettext("The bank's reference")),
        Col(gettext("Reference")),
        Col(gettext("Programme")),
        Col(gettext("Month")),
        Col(gettext("Batch")),
        Col(gettext("Payee and account")),
        Col(gettext("Amount (yuan)"), "money", is_summed=True),
        Col(gettext("Reason")),
        Col(gettext("Waits to be issued again (yuan)"), "money", is_summed=True),
        Col(gettext("State")),
        Col(gettext("Paid first on")),
        Col(gettext("Issued again as")),
        Col(gettext("State of that line")),
    ]


def _is_last() -> ColumnElement[bool]:
    """Whether a line is the last return of its payment: what came back twice waits once."""
    return (
        func.row_number().over(
            partition_by=StatementLine.payment_id, order_by=StatementLine.id.desc()
        )
        == 1
    )


def _rows(
    session: Session, which: ColumnElement[bool], reader: Reader
) -> Iterator[tuple[Any, ...]]:
    again = aliased(Payment)
    found = session.execute(
        select(StatementLine, BankStatement.booked_on, BankChannel.name, Payment, Batch.month,
               Batch.batch_no, Account, again.id, again.state, _is_last())
        .join(BankStatement, BankStatement.id == StatementLine.statement_id)
        .join(BankChannel, BankChannel.id == BankStatement.channel_id)
        .join(Payment, Payment.id == StatementLine.payment_id)
        .join(Batch, Batch.id == Payment.batch_id)
        .outerjoin(Account, Account.id == Payment.account_id)
        .outerjoin(again, again.replaces_id == Payment.id)
        .where(which)
        .order_by(BankStatement.booked_on, StatementLine.id)
        .execution_options(yield_per=_AT_ONCE)
    )  # fmt: skip
    for number, row in enumerate(found, start=1):
        line, booked_on, bank, one, month, batch_no, account, again_id, again_state, is_last = row
        code, place = one.programme, one.division or ""
        sealed = (account.card_sealed, account.card_index) if account else None
        shown = reader.account(sealed, account.tail if account else None, code, place)
        yield (
            number, booked_on, bank, line.bank_reference or NONE, reference_of(one.id),
            reader.programme(code, place), month, reader.batch_no(batch_no, code, place),
            f"{reader.name(one.payee_name, code, place)} · {shown}", line.signed_fen,
            words.failure(one), one.amount_fen if one.state == "returned" and is_last else 0,
            batch_words.line_tag(one.state).text, one.settled_on,
            reference_of(again_id) if again_id else NONE,
            batch_words.line_tag(again_state).text if again_state else NONE,
        )  # fmt: skip

"""异常清单: what reconciliation left for somebody to do, each with its reason and the next step."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.batches import words as batch_words
from service.batches.models import Batch, Payment
from service.foundation.spreadsheets.styled import Book, Col, Placed
from service.officers.may import require
from service.reconciliation import queries, words
from service.reconciliation.workbooks.checks import Check, finish, total_line
from service.reconciliation.workbooks.made import Made
from service.reconciliation.workbooks.reader import Reader
from service.residents.models import Account
from service.web.filters import NONE, moment
from service.web.language import gettext

OPEN = (*queries.FAILED, "unknown")
"""States of a payment that somebody has to do something about."""


def exceptions(session: Session, reader: Reader) -> Made:
    """Return every open exception of reconciliation on three sheets: payments, answers, movements.

    Raises NotAllowed, RevealReasonMissing, WorkbookTooLong.
    """
    require(reader.officer, "reconciliation.read")
    reader.check()
    title = gettext("Exceptions of reconciliation")
    book = Book(title)
    rows = list(_payments(session, reader))
    amount_fen = sum(row[6] for row in rows)
    payments = book.table(
        gettext("Payments to look after"), (title, total_line(len(rows), amount_fen)), _columns(), rows,
        total=gettext("Total"),
    )  # fmt: skip
    lying = _write_answers(session, book)
    moved = _write_movements(session, book)
    books = session.scalars(select(Payment.amount_fen).where(Payment.state.in_(OPEN))).all()
    checks = [
        Check(
            gettext("Payments to look after"), payments.sum_of("G"), sum(books), gettext("lines of the lists"),
            payments.count_of("G"), len(books),
        )
    ]  # fmt: skip
    lines = len(rows) + lying.count + moved.count
    content = finish(book, reader, [(gettext("Exceptions"), f"{lines:,}")], checks)
    return Made(content, "exceptions.xlsx", lines, ("reconciliation", "exceptions"))


def _columns() -> list[Col]:
    return [
        Col(gettext("Reference")),
        Col(gettext("State")),
        Col(gettext("Programme")),
        Col(gettext("Month")),
        Col(gettext("Payee")),
        Col(gettext("Account")),
        Col(gettext("Amount (yuan)"), "money", is_summed=True),
        Col(gettext("Reason")),
        Col(gettext("Next step")),
    ]


def _payments(session: Session, reader: Reader) -> Iterator[tuple[Any, ...]]:
    found = session.execute(
        select(Payment, Batch.month, Account)
        .join(Batch, Batch.id == Payment.batch_id)
        .outerjoin(Account, Account.id == Payment.account_id)
        .where(Payment.state.in_(OPEN))
        .order_by(Payment.state, Payment.programme, Payment.id)
        .execution_options(yield_per=2_000)
    )
    waits = gettext("The bank has not said what became of it; its answer or statement will.")
    for one, month, account in found:
        code, place = one.programme, one.division or ""
        sealed = (account.card_sealed, account.card_index) if account else None
        is_failed = one.state in queries.FAILED
        yield (
            one.reference,
            batch_words.line_tag(one.state).text,
            reader.programme(code, place),
            month,
            reader.name(one.payee_name, code, place),
            reader.account(sealed, account.tail if account else None, code, place),
            one.amount_fen,
            words.failure(one) if is_failed else NONE,
            words.next_step(one, is_corrected=False) if is_failed else waits,
        )


def _write_answers(session: Session, book: Book) -> Placed:
    name = gettext("Answers that moved nothing")
    return book.table(
        name,
        (name, gettext("Lines of banks' replies; the newest files last.")),
        [
            Col(gettext("Reference")),
            Col(gettext("What is wrong")),
            Col(gettext("The bank said")),
            Col(gettext("Bank's amount (yuan)"), "money"),
            Col(gettext("Our amount (yuan)"), "money"),
            Col(gettext("Received")),
            Col(gettext("Next step")),
        ],
        [
            (
                one.line.reference or NONE,
                words.outcome(one.line.outcome).text,
                gettext(words.SAID[one.line.said]),
                one.line.amount_fen,
                one.payment.amount_fen if one.payment else None,
                moment(one.received_at),
                gettext(words.OUTCOMES[one.line.outcome][1]),
            )
            for one in queries.lying(session)
        ],
    )


def _write_movements(session: Session, book: Book) -> Placed:
    name = gettext("Money of nobody")
    step = gettext("Ask the bank what the movement is about; until then it stays unidentified.")
    return book.table(
        name,
        (name, gettext("Movements on banks' statements that belong to nothing of ours.")),
        [
            Col(gettext("Day")),
            Col(gettext("Bank")),
            Col(gettext("The bank's reference")),
            Col(gettext("Amount (yuan)"), "money", is_summed=True),
            Col(gettext("Next step")),
        ],
        [
            (statement.booked_on, bank, line.bank_reference or NONE, line.signed_fen, step)
            for line, statement, bank in queries.unidentified(session)
        ],
        total=gettext("Total"),
    )

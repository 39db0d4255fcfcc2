"""更正表: one row for each failed payment, to be filled in with the account that the payee names."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from service.batches.about import lines_seen_by
from service.batches.models import Batch, Payment
from service.foundation.ids import reference_of
from service.foundation.spreadsheets.styled import Book, Col
from service.officers.may import may, require
from service.reconciliation import words
from service.reconciliation.corrections.judge import ACT, FAILED
from service.reconciliation.corrections.template import COLUMNS, FILLED_IN, ROWS_MAX, written_mark
from service.reconciliation.workbooks.checks import Check, finish
from service.reconciliation.workbooks.made import Made
from service.reconciliation.workbooks.reader import Reader
from service.residents.models import Account
from service.web.here import visit
from service.web.language import gettext

READS = "reconciliation.resolve"
_AMOUNT = "E"


def failed_lines(reader: Reader) -> ColumnElement[bool]:
    """Select the failed payments that a reader may hand out or correct; raises NotAllowed."""
    act = ACT if may(reader.officer, ACT) else READS
    require(reader.officer, act)
    return and_(Payment.state.in_(FAILED), lines_seen_by(reader.officer, act))


def corrections(session: Session, reader: Reader) -> Made:
    """Return the correction workbook of every failed payment that the reader may correct.

    Raises NotAllowed, RevealReasonMissing, WorkbookTooLong.
    """
    which = failed_lines(reader)
    reader.check()
    count, amount_fen = session.execute(
        select(func.count(), func.coalesce(func.sum(Payment.amount_fen), 0)).where(which)
    ).one()
    given = min(count, ROWS_MAX)
    title = gettext("Correction workbook")
    book = Book(title)
    about = gettext(
        "Fill in the coloured columns as text; leave a row blank if nothing is known yet. Do not change the first two rows and the headers."
    )
    lines = book.table(
        title, (title, f"{about} {written_mark(given)}"), _columns(), _rows(session, which, reader)
    )
    facts = [
        (gettext("Failed payments"), f"{count:,}"),
        (gettext("In this workbook"), f"{given:,}"),
    ] + [(_header(one.field), one.zh if visit().language == "zh" else one.en) for one in COLUMNS]
    checks = [
        Check(
            gettext("Failed payments"), lines.sum_of(_AMOUNT), int(amount_fen),
            gettext("lines of the lists"), lines.count_of(_AMOUNT), count,
        )
    ]  # fmt: skip
    content = finish(book, reader, facts, checks if given == count else [])
    return Made(content, "corrections.xlsx", given, ("corrections", "failed"))


def _header(name: str) -> str:
    one = next(column for column in COLUMNS if column.field == name)
    return one.header if visit().language == "zh" else one.aliases[0]


def _columns() -> list[Col]:
    return [
        Col(_header("reference")),
        Col(gettext("Programme")),
        Col(gettext("Month")),
        Col(gettext("Payee")),
        Col(gettext("Amount (yuan)"), "money"),
        Col(gettext("Account that failed")),
        Col(gettext("Why")),
        Col(gettext("What is wanted")),
        *(Col(_header(name), is_filled_in=True) for name in FILLED_IN),
    ]


def _rows(
    session: Session, which: ColumnElement[bool], reader: Reader
) -> Iterator[tuple[Any, ...]]:
    found = session.execute(
        select(Payment, Batch.month, Account)
        .join(Batch, Batch.id == Payment.batch_id)
        .outerjoin(Account, Account.id == Payment.account_id)
        .where(which)
        .order_by(Payment.division, Payment.id)
        .limit(ROWS_MAX)
        .execution_options(yield_per=2_000)
    )
    for one, month, account in found:
        code, place = one.programme, one.division or ""
        sealed = (account.card_sealed, account.card_index) if account else None
        yield (
            reference_of(one.id),
            reader.programme(code, place),
            month,
            reader.name(one.payee_name, code, place),
            one.amount_fen,
            reader.account(sealed, account.tail if account else None, code, place),
            words.failure(one),
            words.next_step(one, is_corrected=False),
            *(None for _ in FILLED_IN),
        )

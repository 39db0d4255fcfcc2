"""代发清单: every line of one list as it is to be paid, and its sums by township."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from service.batches import words
from service.batches.about import lines_seen_by, require_seen, sees_whole
from service.batches.models import Batch, Payment
from service.foundation.ids import reference_of
from service.foundation.spreadsheets.styled import Book, Col, Formula, Placed
from service.ledger.models import BankChannel
from service.reconciliation.workbooks import booked
from service.reconciliation.workbooks.checks import Check, finish, total_line
from service.reconciliation.workbooks.made import Made
from service.reconciliation.workbooks.reader import Reader
from service.residents.models import Account
from service.residents.places.tree import names_of
from service.web.filters import NONE
from service.web.language import gettext

_AT_ONCE = 2_000
_AMOUNT, _TOWNSHIP = "K", "C"


def pay_list(session: Session, batch: Batch, reader: Reader) -> Made:
    """Return the pay list of a batch, or an officer's own townships of it.

    Raises NotAllowed, NotFound, RevealReasonMissing, WorkbookTooLong.
    """
    require_seen(session, reader.officer, batch)
    reader.check()
    which = and_(listed(batch), lines_seen_by(reader.officer))
    places, sums = _sums(session, which)
    count, amount_fen = sum(n for n, _ in sums.values()), sum(fen for _, fen in sums.values())
    code, division = batch.programme, next(iter(places), None)
    name = gettext("Pay list")
    title = f"{reader.programme(code, division)} {batch.month} {name}"
    book = Book(title)
    lines = book.table(
        name,
        (title, total_line(count, amount_fen)),
        _columns(),
        _rows(session, which, reader, names_of(session, places)),
        total=gettext("Total"),
    )
    _write_townships(book, lines, sums)
    facts = [
        (gettext("Batch"), reader.batch_no(batch.batch_no, code, division)),
        (gettext("Programme"), reader.programme(code, division)),
        (gettext("Month"), batch.month),
        (gettext("State"), words.batch_tag(batch.state).text),
        (gettext("Lines"), f"{count:,}"),
        (gettext("Amount"), total_line(count, amount_fen)),
    ]
    whole = sees_whole(reader.officer, batch)
    checks = _checks(session, batch, lines, (count, amount_fen), whole=whole)
    content = finish(book, reader, facts, checks)
    shown = batch.batch_no if reader.names_programme(code, division) else batch.month
    return Made(content, f"pay-list-{shown}.xlsx", count, ("batches", batch.id))


def listed(batch: Batch) -> ColumnElement[bool]:
    """Select the lines of a batch that are or were to be paid: none that a person must clear first."""
    never_frozen = and_(Payment.state == "reissued", Payment.bank_file_id.is_(None))
    return and_(Payment.batch_id == batch.id, Payment.state != "held", ~never_frozen)


def _sums(
    session: Session, which: ColumnElement[bool]
) -> tuple[list[str], dict[str, tuple[int, int]]]:
    """Return every division with a line, and {township's name: (lines, fen)} in the order of codes."""
    rows = session.execute(
        select(Payment.division, func.count(), func.sum(Payment.amount_fen))
        .where(which)
        .group_by(Payment.division)
        .order_by(Payment.division)
    ).all()
    places = {place for code, _, _ in rows if code for place in (code, _township(code))}
    names = names_of(session, places)
    sums: dict[str, tuple[int, int]] = {}
    for code, count, amount_fen in rows:
        name = names[_township(code)] if code else NONE
        before = sums.get(name, (0, 0))
        sums[name] = before[0] + count, before[1] + int(amount_fen)
    return sorted(places, key=lambda one: (len(one), one)), sums


def _township(code: str) -> str:
    return f"{code[:9]}000"


def _columns() -> list[Col]:
    return [
        Col(gettext("No."), "number"),
        Col(gettext("Reference")),
        Col(gettext("Township")),
        Col(gettext("Village")),
        Col(gettext("Payee")),
        Col(gettext("Account")),
        Col(gettext("Bank")),
        Col(gettext("Bank code")),
        Col(gettext("Period")),
        Col(gettext("Type")),
        Col(gettext("Amount (yuan)"), "money", is_summed=True),
        Col(gettext("Paid by")),
        Col(gettext("State")),
    ]


def _rows(
    session: Session, which: ColumnElement[bool], reader: Reader, names: dict[str, str]
) -> Iterator[tuple[Any, ...]]:
    found = session.execute(
        select(
            Payment.id, Payment.programme, Payment.division, Payment.payee_name, Payment.period,
            Payment.line_type, Payment.amount_fen, Payment.state, Account.card_sealed,
            Account.card_index, Account.tail, Account.bank_name, Account.bank_code, BankChannel.name,
        )
        .outerjoin(Account, Account.id == Payment.account_id)
        .outerjoin(BankChannel, BankChannel.id == Payment.channel_id)
        .where(which)
        .order_by(Payment.division, Payment.id)
        .execution_options(yield_per=_AT_ONCE)
    )  # fmt: skip
    kinds: dict[str, str] = {}
    for number, one in enumerate(found, start=1):
        place = one.division or ""
        sealed = (one.card_sealed, one.card_index) if one.card_sealed else None
        yield (
            number,
            reference_of(one.id),
            names.get(_township(place), NONE),
            names.get(place, NONE),
            reader.name(one.payee_name, one.programme, place),
            reader.account(sealed, one.tail, one.programme, place),
            one.bank_name,
            one.bank_code,
            one.period,
            kinds.setdefault(one.line_type, words.line_type(one.line_type)),
            one.amount_fen,
            one.name,
            kinds.setdefault(one.state, words.line_tag(one.state).text),
        )


def _write_townships(book: Book, lines: Placed, sums: dict[str, tuple[int, int]]) -> None:
    places, amounts = lines.cells(_TOWNSHIP), lines.cells(_AMOUNT)
    book.table(
        gettext("By township"),
        (gettext("The list by township"), gettext("Both columns are counted from the pay list.")),
        [
            Col(gettext("Township")),
            Col(gettext("Lines"), "number", is_summed=True),
            Col(gettext("Amount (yuan)"), "money", is_summed=True),
        ],
        [
            (
                name,
                Formula(f"=COUNTIF({places},A{row_no})", "number"),
                Formula(f"=SUMIF({places},A{row_no},{amounts})"),
            )
            for row_no, name in enumerate(sums, start=4)
        ],
        total=gettext("Total"),
    )


def _checks(
    session: Session, batch: Batch, lines: Placed, sums: tuple[int, int], *, whole: bool
) -> list[Check]:
    count, amount = lines.count_of(_AMOUNT), lines.sum_of(_AMOUNT)
    label = gettext("All lines")
    checks = [Check(label, amount, sums[1], gettext("lines of the list"), count, sums[0])]
    if not whole:
        return checks
    if batch.frozen_count is not None and batch.frozen_fen is not None:
        checks.append(
            Check(
                label, amount, batch.frozen_fen, gettext("the list as it was frozen"),
                count, batch.frozen_count,
            )
        )  # fmt: skip
    committed = booked.committed_fen(session, batch)
    if committed and batch.kind != "reissue":
        checks.append(Check(label, amount, committed, gettext("ledger: committed by approval")))
    return checks

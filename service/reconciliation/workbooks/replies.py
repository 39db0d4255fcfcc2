"""回盘分析: what the banks answered about one list, file by file, reason by reason, line by line."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from service.batches import words as batch_words
from service.batches.about import lines_seen_by, require_seen, sees_whole
from service.batches.models import Batch, Payment
from service.dispatch.models import BankFile
from service.dispatch.words import state_tag
from service.foundation.ids import reference_of
from service.foundation.spreadsheets.styled import Book, Col, Formula, Placed
from service.ledger.models import BankChannel
from service.reconciliation import words
from service.reconciliation.workbooks import booked
from service.reconciliation.workbooks.checks import Check, finish, total_line
from service.reconciliation.workbooks.made import Made
from service.reconciliation.workbooks.reader import Reader
from service.residents.models import Account
from service.residents.places.tree import names_of
from service.web.filters import NONE
from service.web.language import gettext

STATES = ("paid", "rejected", "returned", "reissued", "unknown", "sent", "frozen", "ready")
_AT_ONCE = 2_000
_FILE, _AMOUNT, _STATE, _REASON, _BACK = "C", "F", "G", "H", "I"


def replies(session: Session, batch: Batch, reader: Reader) -> Made:
    """Return what banks answered about a batch, or about an officer's own townships of it.

    Raises NotAllowed, NotFound, RevealReasonMissing, WorkbookTooLong.
    """
    require_seen(session, reader.officer, batch)
    reader.check()
    which = and_(
        Payment.batch_id == batch.id,
        Payment.bank_file_id.is_not(None),
        lines_seen_by(reader.officer),
    )
    count, amount_fen, division = session.execute(
        select(
            func.count(),
            func.coalesce(func.sum(Payment.amount_fen), 0),
            func.min(Payment.division),
        ).where(which)
    ).one()
    code = batch.programme
    name = gettext("Analysis of replies")
    title = f"{reader.programme(code, division)} {batch.month} {name}"
    about = total_line(count, int(amount_fen))
    files = _files(session, batch, is_named=reader.names_programme(code, division))
    called = {file.id: shown for file, _, shown in files}
    book = Book(title)
    lines = book.table(
        gettext("Answers line by line"),
        (title, about),
        _columns(),
        _rows(session, which, reader, called),
        total=gettext("Total"),
    )
    whole = sees_whole(reader.officer, batch)
    _write_files(book, lines, files, whole=whole)
    _write_reasons(book, lines, session, which)
    facts = [
        (gettext("Batch"), reader.batch_no(batch.batch_no, code, division)),
        (gettext("Month"), batch.month),
        (gettext("State"), batch_words.batch_tag(batch.state).text),
        (gettext("Amount"), about),
    ]
    checks = [
        Check(
            gettext("All lines"), lines.sum_of(_AMOUNT), int(amount_fen),
            gettext("lines of the list"), lines.count_of(_AMOUNT), count,
        )
    ]  # fmt: skip
    if whole:
        checks += _checks(session, batch, lines)
    shown = batch.batch_no if reader.names_programme(code, division) else batch.month
    content = finish(book, reader, facts, checks)
    return Made(content, f"replies-{shown}.xlsx", count, ("batches", batch.id))


def _files(session: Session, batch: Batch, *, is_named: bool) -> list[tuple[BankFile, str, str]]:
    """Return the files that went or go to banks, with the bank and what the file is called here.

    A file's name holds its programme's code.
    """
    rows = session.execute(
        select(BankFile, BankChannel.name)
        .join(BankChannel, BankChannel.id == BankFile.channel_id)
        .where(BankFile.batch_id == batch.id, BankFile.state != "withdrawn")
        .order_by(BankFile.file_reference)
    )
    return [
        (file, bank, file.file_name if is_named else f"{bank} {number}")
        for number, (file, bank) in enumerate(rows, start=1)
    ]


def _columns() -> list[Col]:
    return [
        Col(gettext("No."), "number"),
        Col(gettext("Reference")),
        Col(gettext("Bank file")),
        Col(gettext("Township")),
        Col(gettext("Payee and account")),
        Col(gettext("Amount (yuan)"), "money", is_summed=True),
        Col(gettext("State")),
        Col(gettext("Reason")),
        Col(gettext("Money came back (yuan)"), "money", is_summed=True),
        Col(gettext("Settled on")),
        Col(gettext("Bank's code")),
        Col(gettext("The bank's words")),
    ]


def _rows(
    session: Session, which: ColumnElement[bool], reader: Reader, called: dict[UUID, str]
) -> Iterator[tuple[Any, ...]]:
    codes = session.scalars(select(func.left(Payment.division, 9)).where(which).distinct())
    places = names_of(session, {f"{code}000" for code in codes if code})
    found = session.execute(
        select(Payment, BankFile.id, Account)
        .join(BankFile, BankFile.id == Payment.bank_file_id)
        .outerjoin(Account, Account.id == Payment.account_id)
        .where(which)
        .order_by(BankFile.file_reference, Payment.id)
        .execution_options(yield_per=_AT_ONCE)
    )
    for number, (one, file_id, account) in enumerate(found, start=1):
        code, place = one.programme, one.division or ""
        sealed = (account.card_sealed, account.card_index) if account else None
        payee = reader.name(one.payee_name, code, place)
        tail = account.tail if account else None
        yield (
            number,
            reference_of(one.id),
            called.get(file_id, NONE),
            places.get(f"{place[:9]}000", NONE),
            f"{payee} · {reader.account(sealed, tail, code, place)}",
            one.amount_fen,
            batch_words.line_tag(one.state).text,
            why(one),
            one.amount_fen if came_back(one) else 0,
            one.settled_on,
            one.result_code,
            one.result_reason,
        )


def why(payment: Payment) -> str:
    """Return why a line is not paid, in plain words; a dash for one that is, or has no answer."""
    if payment.state not in ("rejected", "returned", "reissued"):
        return NONE
    return words.failure(payment)


def came_back(payment: Payment) -> bool:
    """Return whether a payment's money came back: it was settled, and is so no more."""
    return payment.state in ("returned", "reissued") and payment.settled_on is not None


def _write_files(
    book: Book, lines: Placed, files: list[tuple[BankFile, str, str]], *, whole: bool
) -> None:
    kinds = [batch_words.line_tag(state).text for state in STATES]
    yuan = gettext("yuan")
    names, amounts, states = (lines.cells(letter) for letter in (_FILE, _AMOUNT, _STATE))
    rows = []
    for row_no, (file, bank, shown) in enumerate(files, start=4):
        sums = [
            Formula(f'=SUMIFS({amounts},{names},A{row_no},{states},"{text}")') for text in kinds
        ]
        rows.append(
            (
                shown, bank, state_tag(file.state).text,
                Formula(f"=COUNTIF({names},A{row_no})", "number"),
                *sums,
                file.amount_fen if whole else None,
                Formula(f"=ROUND(SUM(E{row_no}:L{row_no})-M{row_no},2)") if whole else None,
            )
        )  # fmt: skip
    book.table(
        gettext("By file"),
        (
            gettext("What became of each file's money"),
            gettext("Paid, not paid, sent back and waiting add up to what was sent."),
        ),
        [
            Col(gettext("Bank file")),
            Col(gettext("Bank")),
            Col(gettext("State of the file")),
            Col(gettext("Lines"), "number", is_summed=True),
            *(Col(f"{text} ({yuan})", "money", is_summed=True) for text in kinds),
            Col(gettext("Sent (yuan)"), "money", is_summed=True),
            Col(gettext("Difference"), "money", is_summed=True),
        ],
        rows,
        total=gettext("Total"),
    )


def _write_reasons(book: Book, lines: Placed, session: Session, which: ColumnElement[bool]) -> None:
    failed = session.scalars(
        select(Payment)
        .where(which, Payment.state.in_(("rejected", "returned", "reissued")))
        .order_by(Payment.id)
        .execution_options(yield_per=_AT_ONCE)
    )
    steps: dict[str, str] = {}
    for one in failed:
        steps.setdefault(words.failure(one), words.next_step(one, is_corrected=False))
    reasons, amounts = lines.cells(_REASON), lines.cells(_AMOUNT)
    book.table(
        gettext("By reason"),
        (
            gettext("Why lines failed, and who corrects what"),
            gettext("Lines that were issued again since are counted as well."),
        ),
        [
            Col(gettext("Reason")),
            Col(gettext("Lines"), "number", is_summed=True),
            Col(gettext("Amount (yuan)"), "money", is_summed=True),
            Col(gettext("Next step")),
        ],
        [
            (
                reason,
                Formula(f"=SUMPRODUCT(--({reasons}=A{row_no}))", "number"),
                Formula(f"=SUMPRODUCT(--({reasons}=A{row_no}),{amounts})"),
                step,
            )
            for row_no, (reason, step) in enumerate(sorted(steps.items()), start=4)
        ],
        total=gettext("Total"),
    )


def _checks(session: Session, batch: Batch, lines: Placed) -> list[Check]:
    states, amounts = lines.cells(_STATE), lines.cells(_AMOUNT)
    paid = batch_words.line_tag("paid").text
    settled = f'=SUMIF({states},"{paid}",{amounts})+SUM({lines.cells(_BACK)})'
    return [
        Check(
            gettext("Sent"), lines.sum_of(_AMOUNT), booked.sent_fen(session, [batch.id]),
            gettext("ledger: in transit"),
        ),
        Check(
            gettext("Paid, also what came back later"), settled,
            booked.settled_fen(session, [batch.id]), gettext("ledger: settled"),
        ),
        Check(
            gettext("Came back"), f"=SUM({lines.cells(_BACK)})",
            booked.returned_fen(session, [batch.id]), gettext("ledger: returned and held"),
        ),
    ]  # fmt: skip

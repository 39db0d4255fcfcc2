"""The two sheets at the end of every workbook: what it is, and whether it agrees with the books."""

from collections.abc import Sequence
from dataclasses import dataclass

from service.foundation import clock
from service.foundation.money import FEN_MAX, capitals, yuan
from service.foundation.spreadsheets.styled import Book, Col, Formula
from service.reconciliation.workbooks.reader import Reader
from service.web.filters import moment
from service.web.language import gettext


@dataclass(frozen=True)
class Check:
    """One total twice: by a formula over this workbook, and as the books say it."""

    label: str
    amount: str
    """A formula."""
    books_fen: int
    source: str
    """Which books: where ``books_fen`` comes from."""
    count: str = ""
    """A formula; empty where only amounts are compared."""
    books_count: int | None = None


def finish(
    book: Book, reader: Reader, facts: Sequence[tuple[str, str]], checks: Sequence[Check]
) -> bytes:
    """Add both sheets and return the finished workbook."""
    _write_checks(book, checks)
    _write_about(book, reader, facts)
    return book.save()


def total_line(count: int, amount_fen: int) -> str:
    """Return count and amount of a list in one line, the amount also as vouchers write it."""
    said = gettext("%(count)s lines, %(amount)s yuan") % {
        "count": f"{count:,}",
        "amount": yuan(amount_fen),
    }
    if not 0 <= amount_fen < FEN_MAX:
        return said
    in_words = gettext("in words")
    return f"{said} · {in_words} {capitals(amount_fen)}"


def _write_checks(book: Book, checks: Sequence[Check]) -> None:
    rows = []
    yes, no = gettext("agrees"), gettext("DIFFERS")
    for row_no, one in enumerate(checks, start=4):
        counted = one.books_count is not None
        alike = f"ROUND(C{row_no}-E{row_no},2)=0"
        if counted:
            alike = f"AND(B{row_no}=D{row_no},{alike})"
        rows.append(
            (
                one.label,
                Formula(one.count, "number") if counted else None,
                Formula(one.amount),
                one.books_count,
                one.books_fen,
                one.source,
                Formula(f"=ROUND(C{row_no}-E{row_no},2)"),
                Formula(f'=IF({alike},"{yes}","{no}")', "number"),
            )
        )
    book.table(
        gettext("Checks"),
        (
            gettext("Totals of this workbook beside the books"),
            gettext(
                "Every row must say “agrees”. If one differs, a cell was changed, or the books moved while the file was made: export it again."
            ),
        ),
        [
            Col(gettext("What")),
            Col(gettext("Lines here"), "number"),
            Col(gettext("Yuan here"), "money"),
            Col(gettext("Lines in the books"), "number"),
            Col(gettext("Yuan in the books"), "money"),
            Col(gettext("Which books")),
            Col(gettext("Difference"), "money"),
            Col(gettext("Verdict"), "number"),
        ],
        rows,
    )


def _write_about(book: Book, reader: Reader, facts: Sequence[tuple[str, str]]) -> None:
    shown = (
        gettext("in full where the officer may see them; the reason is on record")
        if reader.whole
        else gettext("masked; of an account only its end")
    )
    pairs = [
        *facts,
        (gettext("Made by"), f"{reader.officer.name} · {reader.officer.organisation}"),
        (gettext("State of the data"), moment(clock.now())),
        (gettext("Names and accounts"), shown),
        (
            gettext("How to check"),
            gettext(
                "Totals are formulas. The sheet of checks sets them beside the figures of the database and the ledger at the moment of export."
            ),
        ),
        (
            gettext("On record"),
            gettext("That this file was made, by whom and with how many lines, is on record."),
        ),
    ]
    book.table(
        gettext("About this workbook"),
        (gettext("About this workbook"), ""),
        [Col(gettext("Matter")), Col(gettext("Content"))],
        pairs,
    )

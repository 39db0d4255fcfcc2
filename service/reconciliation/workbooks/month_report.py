"""月报: what a month's lists came to, by programme and township."""

from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from service.batches.models import Batch, Payment
from service.foundation.months import Month
from service.foundation.spreadsheets.styled import Book, Col, Formula, Placed
from service.officers.may import require
from service.reconciliation.workbooks import booked
from service.reconciliation.workbooks.checks import Check, finish, total_line
from service.reconciliation.workbooks.made import Made
from service.reconciliation.workbooks.reader import Reader, unnamed
from service.residents.places.tree import names_of
from service.web.filters import NONE
from service.web.language import gettext

SIDES = ("paid", "failed", "returned", "waiting", "to_send")
"""Where the money of a line is: nothing is counted twice, and together they are the list."""
_LINES, _AMOUNT, _PAID, _FAILED, _RETURNED, _WAITING = "C", "D", "E", "F", "G", "H"
_LETTERS = "CDEFGHI"


def month_report(session: Session, month: Month, reader: Reader) -> Made:
    """Return a month's report; sensitive programmes are one row to whom they do not concern.

    A re-issued line counts where it is paid again, in its new list; here it stays as it failed.
    Raises NotAllowed, RevealReasonMissing.
    """
    require(reader.officer, "reconciliation.read")
    reader.check()
    batches = list(session.scalars(select(Batch.id).where(Batch.month == str(month))))
    rows = _rows(session, str(month), reader)
    count, amount_fen = sum(row[2] for row in rows), sum(row[3] for row in rows)
    name = gettext("Month report")
    title = f"{name} {month}"
    book = Book(title)
    figures = [
        Col(gettext("Lines"), "number", is_summed=True),
        *(Col(label, "money", is_summed=True) for label in _labels()),
    ]
    by_place = book.table(
        gettext("By programme and township"), (title, total_line(count, amount_fen)),
        [Col(gettext("Programme")), Col(gettext("Township")), *figures], rows,
        total=gettext("Total"),
    )  # fmt: skip
    _write_sums(book, by_place, gettext("By programme"), "A", sorted({row[0] for row in rows}))
    _write_sums(book, by_place, gettext("By township"), "B", sorted({row[1] for row in rows}))
    facts = [
        (gettext("Month"), str(month)),
        (gettext("Lists"), f"{len(batches):,}"),
        (gettext("Amount"), total_line(count, amount_fen)),
    ]
    paid = f"{by_place.sum_of(_PAID)}+SUM({by_place.cells(_RETURNED)})" if rows else "=0"
    sent = [_PAID, _FAILED, _RETURNED, _WAITING]
    gone = "=" + "+".join(by_place.sum_of(letter)[1:] for letter in sent)
    checks = [
        Check(
            gettext("Sent"), gone, booked.sent_fen(session, batches), gettext("ledger: in transit")
        ),
        Check(
            gettext("Paid, also what came back later"), paid,
            booked.settled_fen(session, batches), gettext("ledger: settled"),
        ),
        Check(
            gettext("Came back"), by_place.sum_of(_RETURNED),
            booked.returned_fen(session, batches), gettext("ledger: returned and held"),
        ),
    ]  # fmt: skip
    content = finish(book, reader, facts, checks)
    return Made(content, f"month-{month}.xlsx", count, ("months", str(month)))


def _labels() -> list[str]:
    return [
        gettext("Amount (yuan)"),
        gettext("Paid (yuan)"),
        gettext("Refused (yuan)"),
        gettext("Sent back (yuan)"),
        gettext("No answer yet (yuan)"),
        gettext("Not sent (yuan)"),
    ]


def _rows(session: Session, month: str, reader: Reader) -> list[tuple[Any, ...]]:
    side = case(
        (Payment.state == "paid", "paid"),
        (Payment.state == "rejected", "failed"),
        ((Payment.state == "reissued") & Payment.settled_on.is_(None), "failed"),
        (Payment.state.in_(("returned", "reissued")), "returned"),
        (Payment.state.in_(("sent", "unknown")), "waiting"),
        else_="to_send",
    )
    township = func.left(Payment.division, 9)
    never_frozen = (Payment.state == "reissued") & Payment.bank_file_id.is_(None)
    found = session.execute(
        select(Payment.programme, township, side, func.count(), func.sum(Payment.amount_fen))
        .join(Batch, Batch.id == Payment.batch_id)
        .where(Batch.month == month, Payment.state != "held", ~never_frozen)
        .group_by(Payment.programme, township, side)
    ).all()
    names = names_of(session, {f"{code}000" for _, code, *_ in found if code})
    sums: dict[tuple[str, str], dict[str, int]] = {}
    for code, place, which, count, amount_fen in found:
        is_named = reader.names_programme(code, place)
        programme = reader.programme(code, place) if is_named else unnamed()
        key = programme, names[f"{place}000"] if place else NONE
        row = sums.setdefault(key, dict.fromkeys(("lines", *SIDES), 0))
        row["lines"] += count
        row[which] += int(amount_fen)
    return [
        (*key, row["lines"], sum(row[one] for one in SIDES), *(row[one] for one in SIDES))
        for key, row in sorted(sums.items())
    ]


def _write_sums(book: Book, rows: Placed, name: str, letter: str, keys: list[str]) -> None:
    book.table(
        name,
        (name, gettext("Counted from the first sheet.")),
        [
            Col(gettext("Programme") if letter == "A" else gettext("Township")),
            Col(gettext("Lines"), "number", is_summed=True),
            *(Col(label, "money", is_summed=True) for label in _labels()),
        ],
        [
            (
                key,
                *(
                    Formula(
                        f"=SUMIF({rows.cells(letter)},A{row_no},{rows.cells(one)})",
                        "number" if one == _LINES else "money",
                    )
                    for one in _LETTERS
                ),
            )
            for row_no, key in enumerate(keys, start=4)
        ],
        total=gettext("Total"),
    )

"""What a batch's pages show of its differences: causes, townships, and the recipients one by one."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.batches.differences import words
from service.batches.differences.find import PARTS, adds_up
from service.batches.differences.models import BatchDifference
from service.batches.differences.own import own_causes, own_townships
from service.batches.models import Batch, Payment
from service.foundation.ids import reference_of
from service.officers.models import Officer
from service.residents.places.tree import names_of
from service.web.language import gettext
from service.web.view_models import Cell, Column, Row


def cause_columns() -> list[Column]:
    return [
        Column(gettext("Kind of difference")),
        Column(gettext("Cause")),
        Column(gettext("Recipients"), "number"),
        Column(gettext("Amount"), "money", gettext("yuan")),
    ]


def cause_rows(session: Session, batch: Batch, officer: Officer) -> list[Row]:
    """Return one row for each part and cause; a first list is one row without a page behind it."""
    where = f"/batches/{batch.batch_no}/differences"
    return [
        Row(
            [
                words.part(one["part"]),
                words.cause(one["cause"]),
                one["count"],
                -one["amount_fen"] if one["part"] == "left" else one["amount_fen"],
            ],
            href=""
            if one["cause"] == "first"
            else f"{where}?part={one['part']}&cause={one['cause']}",
        )
        for one in own_causes(session, batch, officer)
    ]


def township_columns() -> list[Column]:
    labels = {
        "last": gettext("Last month"), "joined": gettext("Joined"), "left": gettext("Left"),
        "moved_out": gettext("Moved out"), "moved_in": gettext("Moved in"),
        "changed": gettext("Changed"), "this": gettext("This month"),
    }  # fmt: skip
    return [
        Column(gettext("Township")),
        *(Column(labels[part], "money", gettext("yuan")) for part in PARTS),
        Column(gettext("Recipients"), "number"),
    ]


def township_rows(session: Session, batch: Batch, officer: Officer) -> list[Row]:
    """Return one row for each township: its sum in yuan, term by term, and how many are paid now."""
    where = f"/batches/{batch.batch_no}/differences"
    rows = []
    own = own_townships(batch, officer)
    names = names_of(session, own)
    for code, parts in sorted(own.items()):
        minus = {"left", "moved_out"}
        terms = [
            -parts[part]["amount_fen"] if part in minus else parts[part]["amount_fen"]
            for part in PARTS
        ]
        tone = "" if adds_up(parts) else "bad"
        cells: list[Cell] = [names[code] or "—", *terms, parts["this"]["count"]]
        rows.append(Row(cells, f"{where}?township={code}", tone))
    return rows


def difference_columns() -> list[Column]:
    return [
        Column(gettext("Line"), "code"),
        Column(gettext("Kind of difference")),
        Column(gettext("Cause")),
        Column(gettext("Township")),
        Column(gettext("Last month"), "money", gettext("yuan")),
        Column(gettext("This month"), "money", gettext("yuan")),
    ]


def difference_rows(session: Session, found: list[BatchDifference]) -> list[Row]:
    """Return one row for each difference, with the way to its line."""
    lines = {one.this_line_id or one.last_line_id for one in found}
    found_at = session.execute(
        select(Payment.id, Batch.batch_no)
        .join(Batch, Batch.id == Payment.batch_id)
        .where(Payment.id.in_(lines))
    )
    homes = {line: batch_no for line, batch_no in found_at}  # noqa: C416 - rows are tuples of two
    names = names_of(session, {one.township or "" for one in found})
    rows = []
    for one in found:
        line = one.this_line_id or one.last_line_id or 0
        rows.append(
            Row(
                [
                    reference_of(line),
                    words.part(one.part),
                    words.cause(one.cause),
                    names[one.township or ""] or "—",
                    one.last_fen or None,
                    one.this_fen or None,
                ],
                f"/batches/{homes[line]}/lines/{reference_of(line)}",
            )
        )
    return rows

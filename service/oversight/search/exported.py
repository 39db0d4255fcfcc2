"""A search as a file: the same entries in the same order, no cell of it a formula."""

import csv
import io
from collections.abc import Iterator
from itertools import islice

from sqlalchemy.orm import Session

from service.audit.visible import visible
from service.foundation import clock
from service.oversight.search.find import Entry, every
from service.oversight.search.view import who_of
from service.oversight.search.wanted import Wanted
from service.oversight.words.acts import in_words

EXPORT_ROWS_MAX = 100_000
"""Narrow the search for more: a spreadsheet does not open ten million rows either."""
_PART = 1_000
HEADER = (
    "time", "act", "act_in_words", "by_kind", "by_id", "by", "organisation", "thing", "thing_id",
    "before", "after", "reason", "place_in_trail", "entry_id",
)  # fmt: skip


def csv_parts(session: Session, wanted: Wanted) -> Iterator[str]:
    """Yield a search as CSV a thousand rows at a time, the header first; raises SearchUnusable."""
    yield _lines([HEADER])
    found = every(session, wanted, most=EXPORT_ROWS_MAX)
    while part := list(islice(found, _PART)):
        names = who_of(session, part)
        yield _lines([_row(one, names) for one in part])


def _row(one: Entry, names: dict[tuple[str, str], str]) -> tuple[object, ...]:
    said = one.said
    return (
        clock.civil(one.at).isoformat(timespec="seconds"), one.act, in_words(one.act),
        one.actor_kind, one.actor_id, names.get((one.actor_kind, one.actor_id), ""),
        said["actor"].get("organisation", ""), one.object_type, one.object_id,
        said.get("before", ""), said.get("after", ""), visible(said.get("reason", "")),
        "" if one.index is None else one.index, one.id,
    )  # fmt: skip


def _lines(rows: list[tuple[object, ...]]) -> str:
    written = io.StringIO()
    csv.writer(written).writerows([safe(str(cell)) for cell in row] for row in rows)
    return written.getvalue()


_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")


def safe(cell: str) -> str:
    """Return a cell that a spreadsheet takes for text, whatever it begins with."""
    return f"'{cell}" if cell.lstrip(" ")[:1] in _FORMULA and cell.strip(" ") else cell

"""Find a table by the names of its columns: wherever the header is, in whatever order, never by position."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile

from service.foundation.logs import without_numbers
from service.foundation.spreadsheets import Sheet, Spreadsheet, text_of
from service.residents.feeds import Feed
from service.residents.importing.mapping import Mappings, layout_of, normalised, suggest
from service.residents.importing.refusals import ColumnsMissing, ColumnsUnknown, ColumnTwice

RETURN_NUMBER = "退回编号"
"""Header of the column by which a row that was given back is known when it comes corrected."""
RETURN_REASON = "退回原因"
_ROWS_SEARCHED = 15
_SHOWN_CHARS = 20
_LONG_NUMBER = re.compile("[0-9]{6,}[Xx]?")


@dataclass(frozen=True)
class Layout:
    """Where a sheet's table begins and which column is where."""

    sheet: Sheet
    header_row: int
    headers: tuple[str, ...]
    """As delivered, by position."""
    positions: Mapping[str, int]
    """Field → position, for the columns that are there."""

    @property
    def return_position(self) -> int | None:
        """Return where the return numbers are, if this is a sheet that was given back."""
        names = [normalised(header) for header in self.headers]
        return names.index(RETURN_NUMBER) if RETURN_NUMBER in names else None


@dataclass(frozen=True)
class Misfit:
    """The row of a sheet that looks most like the header, and why it is not the feed's."""

    matched: int
    missing: tuple[str, ...]
    twice: tuple[str, ...]
    headers: tuple[str, ...]

    @property
    def shown(self) -> tuple[str, ...]:
        """Return the headers fit to be shown: they are somebody's free text, long numbers blanked."""
        return tuple(
            _LONG_NUMBER.sub("…", header.strip())[:_SHOWN_CHARS]
            for header in self.headers
            if header.strip()
        )


@lru_cache(maxsize=128)
def _names_of(columns: tuple[tuple[str, tuple[str, ...]], ...]) -> dict[str, str]:
    return {normalised(name): field for field, names in columns for name in names}


def _names(feed: Feed) -> dict[str, str]:
    return _names_of(tuple((c.field, (c.header, *c.aliases)) for c in feed.columns))


def fit(sheet: Sheet, feed: Feed, mappings: Mappings | None = None) -> Layout | Misfit:
    """Return where the feed's table is in a sheet, or why it is not there.

    ``mappings`` are what a steward once said about tables with headers of their own.
    """
    names = _names(feed)
    best: tuple[int, int, tuple[str, ...], dict[str, str]] = (-1, 0, (), names)
    for row_no, cells in takewhile(lambda row: row[0] <= _ROWS_SEARCHED, sheet.rows()):
        headers = tuple(text_of(cell) for cell in cells)
        meanings = {**names, **(mappings or {}).get(layout_of(headers), {})}
        matched = len({meanings[n] for n in map(normalised, headers) if n in meanings})
        # Of rows without a single known name the widest is most likely the header.
        score = matched or (0 if sum(map(bool, headers)) > 1 else -1)
        if score > best[0]:
            best = (score, row_no, headers, meanings)
    return _judge(sheet, feed, *best)


def _judge(
    sheet: Sheet,
    feed: Feed,
    matched: int,
    row_no: int,
    headers: tuple[str, ...],
    meanings: Mapping[str, str],
) -> Layout | Misfit:
    fields = [meanings.get(normalised(header)) for header in headers]
    counts = Counter(field for field in fields if field)
    missing = tuple(c.header for c in feed.columns if c.required and c.field not in counts)
    twice = tuple(c.header for c in feed.columns if counts[c.field] > 1)
    if missing or twice:
        return Misfit(max(matched, 0), missing, twice, headers)
    positions = {field: position for position, field in enumerate(fields) if field}
    return Layout(sheet, row_no, headers, positions)


def find_tables(
    spreadsheet: Spreadsheet,
    feed: Feed,
    notices: "Counter[str]",
    mappings: Mappings | None = None,
) -> tuple[Layout, ...]:
    """Return the feed's tables in the visible sheets of a file.

    Raises :class:`ColumnsMissing`, :class:`ColumnTwice` or :class:`ColumnsUnknown` (other names may
    be meant) about the sheet that comes closest. Hidden sheets are never read; they and sheets
    that hold something else leave a notice.
    """
    notices["sheet_hidden"] += sum(sheet.hidden for sheet in spreadsheet.sheets)
    fits = [fit(sheet, feed, mappings) for sheet in spreadsheet.sheets if not sheet.hidden]
    layouts = tuple(found for found in fits if isinstance(found, Layout))
    misfits = [found for found in fits if isinstance(found, Misfit)]
    broken = [found for found in misfits if found.twice and not found.missing]
    if layouts and not broken:
        notices["sheet_ignored"] += len(misfits)
        return layouts
    raise _refusal(feed, broken or misfits)


def _refusal(
    feed: Feed, misfits: Sequence[Misfit]
) -> ColumnTwice | ColumnsMissing | ColumnsUnknown:
    closest = max(misfits, key=lambda one: one.matched, default=Misfit(0, (), (), ()))
    required = [column for column in feed.columns if column.required]
    if closest.twice:
        return ColumnTwice(feed, closest.twice, closest.shown)
    meant = suggest(closest.headers, feed)
    covered = set(meant.values())
    if 2 * sum(column.field in covered for column in required) >= len(required):
        suggestion = {
            # A number among the headers is somebody's, from a table that stands beside this one.
            "headers": [without_numbers(one.strip()) for one in closest.headers if one.strip()],
            "mapping": meant,
            "layout": layout_of(closest.headers).hex(),
        }
        return ColumnsUnknown(feed, closest.missing, closest.shown, suggestion)
    missing = closest.missing or tuple(column.header for column in required)
    # A row without one known header may be somebody's data, which is not for showing.
    return ColumnsMissing(feed, missing, closest.shown if closest.matched else ())

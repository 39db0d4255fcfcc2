"""Find a table by the names of its columns: wherever the header is, in whatever order, never by position."""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from service.foundation.spreadsheets import Sheet, Spreadsheet, text_of
from service.residents.feeds import Feed
from service.residents.importing.refusals import ColumnsMissing, ColumnTwice

_ROWS_SEARCHED = 15
_SHOWN_CHARS = 20
_UNSEEN = re.compile("[\\s\u200b-\u200f\u2060\ufeff*＊]+")
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


@dataclass(frozen=True)
class Misfit:
    """The row of a sheet that looks most like the header, and why it is not the feed's."""

    matched: int
    missing: tuple[str, ...]
    twice: tuple[str, ...]
    found: tuple[str, ...]


def normalised(header: str) -> str:
    """Return a header without spaces, invisible characters and asterisks, in NFKC."""
    return _UNSEEN.sub("", unicodedata.normalize("NFKC", header))


@lru_cache(maxsize=64)
def _names_of(columns: tuple[tuple[str, tuple[str, ...]], ...]) -> dict[str, str]:
    return {normalised(name): field for field, names in columns for name in names}


def _names(feed: Feed) -> dict[str, str]:
    return _names_of(tuple((c.field, (c.header, *c.aliases)) for c in feed.columns))


def fit(sheet: Sheet, feed: Feed) -> Layout | Misfit:
    """Return where the feed's table is in a sheet, or why it is not there."""
    names = _names(feed)
    best: tuple[int, int, tuple[str, ...]] = (0, 0, ())
    for row_no, cells in sheet.rows():
        if row_no > _ROWS_SEARCHED:
            break
        headers = tuple(text_of(cell) for cell in cells)
        matched = len({names[n] for n in map(normalised, headers) if n in names})
        if matched > best[0]:
            best = (matched, row_no, headers)
    return _judge(sheet, feed, best)


def _judge(sheet: Sheet, feed: Feed, best: tuple[int, int, tuple[str, ...]]) -> Layout | Misfit:
    matched, row_no, headers = best
    names = _names(feed)
    fields = [names.get(normalised(header)) for header in headers]
    counts = Counter(field for field in fields if field)
    missing = tuple(c.header for c in feed.columns if c.required and c.field not in counts)
    twice = tuple(c.header for c in feed.columns if counts[c.field] > 1)
    if missing or twice:
        # Headers of a strange table are somebody's free text: cut short, long numbers blanked.
        found = tuple(_LONG_NUMBER.sub("…", h.strip())[:_SHOWN_CHARS] for h in headers if h.strip())
        return Misfit(matched, missing, twice, found)
    positions = {field: position for position, field in enumerate(fields) if field}
    return Layout(sheet, row_no, headers, positions)


def find_tables(
    spreadsheet: Spreadsheet, feed: Feed, notices: "Counter[str]"
) -> tuple[Layout, ...]:
    """Return the feed's tables in the visible sheets of a file.

    Raises :class:`ColumnsMissing` or :class:`ColumnTwice` about the sheet that comes closest.
    Hidden sheets are never read; they and sheets that hold something else leave a notice.
    """
    notices["sheet_hidden"] += sum(sheet.hidden for sheet in spreadsheet.sheets)
    fits = [fit(sheet, feed) for sheet in spreadsheet.sheets if not sheet.hidden]
    layouts = tuple(found for found in fits if isinstance(found, Layout))
    misfits = [found for found in fits if isinstance(found, Misfit)]
    broken = [found for found in misfits if found.twice and not found.missing]
    if layouts and not broken:
        notices["sheet_ignored"] += len(misfits)
        return layouts
    closest = max(broken or misfits, key=lambda one: one.matched, default=Misfit(0, (), (), ()))
    if closest.twice and not closest.missing:
        raise ColumnTwice(feed, closest.twice, closest.found)
    missing = closest.missing or tuple(c.header for c in feed.columns if c.required)
    raise ColumnsMissing(feed, missing, closest.found)

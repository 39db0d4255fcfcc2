"""Read the rows of one worksheet as they are written: position, type and digits of every cell."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from lxml import etree

from service.foundation.spreadsheets import workbook
from service.foundation.spreadsheets.cells import Cell, Limits, Row, Typed
from service.foundation.spreadsheets.refusals import (
    CellTooLarge,
    FileRefused,
    SheetBroken,
    TooManyColumns,
    TooManyRows,
)
from service.foundation.spreadsheets.serials import date_of

if TYPE_CHECKING:
    from service.foundation.spreadsheets.workbook import Book

_HIDDEN = re.compile(rb"<(?:[\w.-]+:)?row\s[^>]*\bhidden\s*=\s*[\"'](?:1|true)[\"']")
_MERGED = re.compile(
    rb"<(?:[\w.-]+:)?mergeCell\s[^>]*ref\s*=\s*[\"'][A-Z]+([0-9]{1,7})(?::[A-Z]+([0-9]{1,7}))?"
)


def hidden_rows(part: bytes) -> int:
    """Return how many rows the sheet hides from whoever looks at it."""
    return len(_HIDDEN.findall(part)) if b"hidden" in part else 0


def merged(part: bytes) -> tuple[tuple[int, int], ...]:
    """Return (first row, last row) of the merged blocks, in order and not overlapping."""
    tail = part[part.rfind(b"sheetData") :]  # They stand after the sheet's data.
    joined: list[tuple[int, int]] = []
    for first, last in sorted((int(one), int(two or one)) for one, two in _MERGED.findall(tail)):
        if joined and first <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return tuple(joined)


def rows(part: bytes, sheet: str, book: Book, limits: Limits) -> Iterator[Row]:
    """Yield the rows that exist, by number; raises :class:`FileRefused` where the sheet breaks.

    The sheet's own ``dimension`` is never read: it may say A1:XFD1048576 over one cell.
    """
    read_cell = _cell_reader(book)
    previous = 0
    try:
        for row in workbook.elements(part, "row"):
            number = _row_number(row.get("r"), previous, sheet)
            previous = number
            if number > limits.rows_max:
                if any(len(cell) for cell in row):
                    raise TooManyRows(rows_max=limits.rows_max)
                continue
            cells = _cells(row, number, read_cell, limits)
            if cells:
                yield number, cells
    except FileRefused:
        raise
    except etree.XMLSyntaxError:
        raise SheetBroken(sheet=sheet, reason="XML") from None
    except (ValueError, IndexError) as broken:
        raise SheetBroken(sheet=sheet, reason=f"row {previous}, {broken}") from None


def _row_number(written: str | None, previous: int, sheet: str) -> int:
    if written is None:
        return previous + 1
    if not (written.isascii() and written.isdecimal() and len(written) <= 7):
        raise SheetBroken(sheet=sheet, reason=f"a row after {previous} has no number")
    number = int(written)
    if number <= previous:
        raise SheetBroken(sheet=sheet, reason=f"row {number} comes after row {previous}")
    return number


def _cells(
    row: etree._Element,
    number: int,
    read_cell: Callable[[etree._Element], Cell],
    limits: Limits,
) -> list[Cell]:
    cells: list[Cell] = []
    width = 0
    suffix = str(number)
    for element in row:
        written = element.get("r")
        if written is None:
            column = width
        else:
            column = _COLUMNS[written.removesuffix(suffix)]
            if column < width:
                raise ValueError("cells out of order")
        cell = read_cell(element)
        if cell == "":
            width = column + 1
            continue
        if column >= limits.columns_max:
            raise TooManyColumns(row=number, columns_max=limits.columns_max)
        if len(cell if isinstance(cell, str) else cell.text) > limits.cell_chars_max:
            raise CellTooLarge(row=number, chars_max=limits.cell_chars_max)
        if column > len(cells):
            cells.extend([""] * (column - len(cells)))
        cells.append(cell)
        width = column + 1
    return cells


class _Columns(dict[str, int]):
    """Column letters → position from 0, worked out once each."""

    def __missing__(self, letters: str) -> int:
        if not re.fullmatch("[A-Z]{1,3}", letters):
            raise ValueError("a cell has no position")
        position = 0
        for letter in letters:
            position = position * 26 + ord(letter) - 64
        self[letters] = position - 1
        return position - 1


_COLUMNS = _Columns()


def _cell_reader(book: Book) -> Callable[[etree._Element], Cell]:
    """Return the reader of one cell (ECMA-376 part 1, 18.3.1.4 and 18.18.11)."""
    texts, date_styles, from_1904 = book.texts, book.date_styles, book.from_1904

    def read_cell(element: etree._Element) -> Cell:
        kind = element.get("t", "n")
        value: str | None = None
        formula = False
        inline: Cell = ""
        for child in element:
            tag = child.tag
            if tag.endswith("}v"):
                value = child.text
            elif tag.endswith("}f"):
                formula = True
            elif tag.endswith("}is"):
                inline = workbook.plain_text(child)
        if formula:
            return Typed("formula", value or "")
        if not value:
            return inline
        if kind == "s":
            return texts[_index(value)]
        if kind == "n":
            if element.get("s") in date_styles:
                return date_of(value, from_1904=from_1904)
            return Typed("number", value)
        return _other(kind, value)

    return read_cell


def _index(value: str) -> int:
    if not (value.isascii() and value.isdecimal()):
        raise ValueError("a shared text has no number")
    return int(value)


def _other(kind: str, value: str) -> Cell:
    if kind == "b":
        return Typed("bool", "TRUE" if value in ("1", "true") else "FALSE")
    if kind == "d":
        return Typed("date", value.removesuffix("T00:00:00"))
    if kind == "e":
        return Typed("error", value)
    if kind == "str":
        return workbook.unescape(value)  # Some writers keep plain text this way.
    raise ValueError("a cell of an unknown type")

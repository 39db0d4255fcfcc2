"""Turn a customer's table into rows of texts with other people's readers: calamine, csv, zipfile."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from python_calamine import CalamineError, CalamineWorkbook

from bank_adapters.sheets.profile import SheetProfile
from bank_adapters.simulator.orders.order import OrderRefused


class CellRow(NamedTuple):
    """One row: the whole line of a text, and its cells; `numbers` are places that held numbers."""

    raw: str
    cells: Sequence[str]
    numbers: frozenset[int] = frozenset()


def rows(table: SheetProfile, content: bytes) -> list[CellRow]:
    """Return every row. Raises OrderRefused."""
    if table.packed:
        content = _unpacked(content)
    if table.in_sheet:
        return _sheet(content)
    try:
        text = content.decode(table.file_encoding)
    except UnicodeDecodeError:
        raise OrderRefused("FF01") from None
    lines = text.split(table.line_end)
    if lines.pop() != "":
        raise OrderRefused("FF01")
    return [CellRow(line, _cells(table, line)) for line in lines]


def _cells(table: SheetProfile, line: str) -> list[str]:
    if table.by_width:
        return _by_width(table, line)
    if table.quoted:
        try:
            return next(csv.reader([line], delimiter=table.delimiter, strict=True), [])
        except csv.Error:
            raise OrderRefused("FF01") from None
    cells = line.split(table.delimiter)
    if table.trailing_delimiter and len(cells) > 1 and cells.pop() != "":
        raise OrderRefused("FF01")
    return cells


def _by_width(table: SheetProfile, line: str) -> list[str]:
    data, at, cells = line.encode(table.file_encoding), 0, []
    if len(data) != sum(cell.width for cell in table.written.columns):
        return [line]
    for cell in table.written.columns:
        text = data[at : at + cell.width].decode(table.file_encoding, "replace")
        cells.append(text.lstrip(cell.pad) if cell.pad_left else text.rstrip(cell.pad))
        at += cell.width
    return cells


def _unpacked(content: bytes) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            (name,) = archive.namelist()
            return archive.read(name)
    except (zipfile.BadZipFile, ValueError, OSError):
        raise OrderRefused("FF01") from None


def _sheet(content: bytes) -> list[CellRow]:
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        found = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (CalamineError, ValueError, OSError, IndexError):
        raise OrderRefused("FF01") from None
    return [_row(cells) for cells in found if any(cell != "" for cell in cells)]


def _row(cells: Sequence[object]) -> CellRow:
    texts = [_text(cell) for cell in cells]
    numbers = frozenset(place for place, cell in enumerate(cells) if not isinstance(cell, str))
    return CellRow(texts[0], texts, numbers)


def _text(cell: object) -> str:
    if isinstance(cell, str):
        return cell
    # calamine hands out the spreadsheet's binary fraction; its shortest form is what is shown.
    number = Decimal(repr(cell))
    whole = number == number.to_integral_value()
    return str(int(number)) if whole else str(number)

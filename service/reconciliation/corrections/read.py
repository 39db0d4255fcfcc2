"""Read a filled-in workbook: its rows as text with what is wrong in each cell; nothing is asked of the database."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from openpyxl.utils import get_column_letter
from stdnum import luhn

from service.foundation import clock
from service.foundation.spreadsheets import Limits, Typed, open_spreadsheet, text_of
from service.reconciliation.corrections.faults import HEADERS, Fault
from service.reconciliation.corrections.template import (
    COLUMNS,
    FILLED_IN,
    ROWS_MAX,
    TEMPLATE,
    Mark,
    require_mark,
)
from service.residents.importing.headers import Layout, find_tables
from service.residents.importing.reading import SPACES
from service.residents.importing.scope import Scope
from service.residents.importing.table import Tally, data_rows, raw_of, read_pieces
from service.residents.importing.values import reader_of

_FIELDS = {one.header: one.field for one in COLUMNS}
_QUOTES = "'’‘`"
_KEPT_DIGITS = 15
"""Significant digits that a spreadsheet keeps of a number."""


@dataclass
class ReadRow:
    """One filled-in row."""

    sheet: str
    row_no: int
    delivered: dict[str, str]
    entry: dict[str, str]
    """Field → what is to be kept: as read where it could be, else as typed."""
    faults: list[Fault] = field(default_factory=list)
    cells: dict[str, str] = field(default_factory=dict)
    """Field → where it stands in the sheet."""


@dataclass
class ReadFile:
    """What a workbook says."""

    mark: Mark
    rows: list[ReadRow]
    blank: int
    hidden: int


def read_file(content: bytes) -> ReadFile:
    """Read a workbook or a text table.

    Raises FileRefused (macros, bombs, passwords, broken files), :class:`NotACorrectionWorkbook`,
    and ColumnsMissing, ColumnsUnknown or ColumnTwice when headers were taken away or renamed.
    """
    spreadsheet = open_spreadsheet(content, Limits(rows_max=ROWS_MAX))
    mark = require_mark(spreadsheet)
    layouts = find_tables(spreadsheet, TEMPLATE, Counter())
    rows: list[ReadRow] = []
    blank = 0
    for layout in layouts:
        faults = _faults_by_row(layout)
        for row_no, cells in data_rows(layout):
            entry = {name: _text(cells, layout, name) for name in HEADERS}
            if not any(entry[name].strip(SPACES) for name in FILLED_IN):
                blank += 1
                continue
            row = ReadRow(layout.sheet.name, row_no, raw_of(layout, cells), entry)
            row.cells = {name: _placed(Fault(name, ""), layout, row_no).cell for name in HEADERS}
            row.faults = [_placed(one, layout, row_no) for one in faults.get(row_no, [])]
            destroyed = isinstance(_cell(cells, layout, "reference"), Typed)
            _read_again(row, layout, destroyed=destroyed)
            rows.append(row)
    return ReadFile(mark, rows, blank, sum(one.sheet.hidden_rows for one in layouts))


def read_entry(entry: Mapping[str, str]) -> tuple[dict[str, str], list[Fault]]:
    """Return what was typed into a form as it is kept, and what is wrong with it."""
    kept, faults = dict(entry), []
    today = clock.today()
    for column in COLUMNS:
        typed = kept.get(column.field, "")
        if column.field == "account":
            typed = typed.strip(SPACES).strip(_QUOTES)
        reading = reader_of(column, today)(typed)
        if reading.fault:
            faults.append(Fault(column.field, reading.fault, reading.detail))
        elif isinstance(reading.value, str):
            kept[column.field] = reading.value
    if is_rounded(kept.get("account", "")) and not any(one.field == "account" for one in faults):
        faults.append(Fault("account", "account_rounded"))
    return kept, faults


def is_rounded(account: str) -> bool:
    """Return whether an account looks as if a spreadsheet had kept fifteen digits of it."""
    digits = account.isascii() and account.isdecimal() and 16 <= len(account) <= 19
    return digits and not account[_KEPT_DIGITS:].strip("0") and not luhn.is_valid(account)


def _faults_by_row(layout: Layout) -> dict[int, list[Fault]]:
    """Return the faults that belong to cells as a spreadsheet keeps them: numbers, formulas, blocks."""
    found: dict[int, list[Fault]] = {}
    for piece in read_pieces((layout,), TEMPLATE, clock.today(), Scope(""), Tally()):
        for one in piece.rejected:
            found[one.row_no] = [
                Fault(_FIELDS.get(fault.column, ""), fault.code, fault.detail)
                for fault in one.faults
            ]
    return found


def _read_again(row: ReadRow, layout: Layout, *, destroyed: bool) -> None:
    """Take over what the text can be read as, and judge what the table's reader cannot know."""
    kept, faults = read_entry(row.entry)
    by_cell = {one.field for one in row.faults}
    # An apostrophe before or after the digits is a spreadsheet's own way to say "text".
    if "account" in by_cell and not any(one.field == "account" for one in faults):
        typed = row.entry["account"]
        if typed.strip(SPACES).strip(_QUOTES) != typed.strip(SPACES):
            row.faults = [one for one in row.faults if one.field != "account"]
            by_cell.discard("account")
    row.entry = {name: row.entry[name] if name in by_cell else kept[name] for name in row.entry}
    row.faults += [_placed(one, layout, row.row_no) for one in faults if one.field not in by_cell]
    if destroyed and "reference" not in by_cell:
        row.faults.append(_placed(Fault("reference", "reference_destroyed"), layout, row.row_no))


def _placed(fault: Fault, layout: Layout, row_no: int) -> Fault:
    at = layout.positions.get(fault.field)
    return replace(fault, cell=f"{get_column_letter(at + 1)}{row_no}" if at is not None else "")


def _cell(cells: list[str | Typed], layout: Layout, name: str) -> str | Typed:
    at = layout.positions.get(name)
    return cells[at] if at is not None and at < len(cells) else ""


def _text(cells: list[str | Typed], layout: Layout, name: str) -> str:
    return text_of(_cell(cells, layout, name))

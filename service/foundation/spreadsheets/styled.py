"""Write workbooks that people sign off: styled tables whose totals are formulas.

A workbook is written row by row and never held: a hundred thousand lines take no more memory than
ten. Every cell is written by its column's kind. Text is text whatever it looks like (nothing a
resident is called can run as a formula), and an amount goes from whole fen to its digits in yuan
without ever being a binary number on our side.
"""

import tempfile
from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date
from itertools import chain, islice
from pathlib import Path
from typing import Any, Literal

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

from service.foundation.problems import Problem

Kind = Literal["text", "number", "money"]
"""How a column is written: money is given in whole fen and shown in yuan with two decimals."""
Value = str | int | date | None

ROWS_MAX = 1_000_000
"""A sheet ends at 1,048,576 rows; the header, the total and somebody's notes need room too."""
_CHARS_MAX = 32_767
_SAMPLE_ROWS = 200
_WIDTH_MIN, _WIDTH_MAX = 8, 46
_TITLE_ROWS = 2
_FORMATS: dict[Kind, str] = {"text": "@", "number": "#,##0", "money": "#,##0.00"}
_FONT = "宋体"
_LINE = Side(style="thin", color="BFBFBF")
_BORDER = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_A4 = 9


class WorkbookTooLong(Problem):
    """More rows than a sheet can hold."""

    code = "workbook_too_long"
    status = 409
    title = "That is too much for one workbook"

    def __init__(self) -> None:
        super().__init__(
            f"A sheet holds at most {ROWS_MAX:,} rows; ask for a part of it.",
            f"一张工作表最多 {ROWS_MAX:,} 行，请缩小范围后再导出。",
        )


@dataclass(frozen=True)
class Col:
    """A column: its header, how it is written, and whether its total stands below."""

    header: str
    kind: Kind = "text"
    is_summed: bool = False
    is_filled_in: bool = False
    """Somebody is to write into it; its header is coloured."""


@dataclass(frozen=True)
class Placed:
    """Where a table stands, for formulas of other sheets."""

    sheet: str
    first: int
    last: int
    """Last row with data; below ``first`` when there is none."""

    @property
    def count(self) -> int:
        return self.last - self.first + 1

    def cells(self, letter: str) -> str:
        """Return the reference of a column's data, like ``'代发清单'!$J$4:$J$9``."""
        return f"'{self.sheet}'!${letter}${self.first}:${letter}${max(self.last, self.first)}"

    def sum_of(self, letter: str) -> str:
        return f"=SUM({self.cells(letter)})" if self.count else "=0"

    def count_of(self, letter: str) -> str:
        return f"=COUNT({self.cells(letter)})" if self.count else "=0"


@dataclass(frozen=True)
class Formula:
    """A formula of ours with the kind of what it gives."""

    text: str
    kind: Kind = "money"


class Book:
    """A workbook that is being written."""

    def __init__(self, footer: str) -> None:
        """Begin one; ``footer`` stands on every printed page beside its number."""
        self._book = Workbook(write_only=True)
        self._book.properties.creator = "Anxin 安心"
        self._book.calculation.fullCalcOnLoad = True
        self._footer = footer.replace("&", "&&")

    def table(
        self,
        name: str,
        heading: tuple[str, str],
        columns: Sequence[Col],
        rows: Iterable[Sequence[Value | Formula]],
        *,
        total: str = "",
    ) -> Placed:
        """Write a sheet: title, one line about it, header, rows, and a total row if it has a name.

        Raises :class:`WorkbookTooLong`.
        """
        coming = iter(rows)
        sample = list(islice(coming, _SAMPLE_ROWS))
        sheet = self._sheet(name, columns, sample)
        cells = _Cells(sheet)
        for text, style in zip(heading, ("title", "about"), strict=True):
            sheet.append([cells.text(text, style)])
        sheet.append(
            [cells.text(one.header, "asked" if one.is_filled_in else "header") for one in columns]
        )
        line = cells.line(columns)
        first = _TITLE_ROWS + 2
        last = first - 1
        for row in chain(sample, coming):
            last += 1
            if last > ROWS_MAX:
                raise WorkbookTooLong
            sheet.append(line.filled(row))
        placed = Placed(sheet.title, first, last)
        if placed.count:
            sheet.auto_filter.ref = f"A{first - 1}:{get_column_letter(len(columns))}{last}"
        if total:
            sheet.append(cells.totals(columns, placed, total))
        return placed

    def save(self) -> bytes:
        """Return the finished workbook."""
        with tempfile.TemporaryDirectory(prefix="anxin-") as folder:
            place = Path(folder) / "out.xlsx"
            self._book.save(place)
            return place.read_bytes()

    def _sheet(self, name: str, columns: Sequence[Col], sample: Sequence[Sequence[Any]]) -> Any:
        sheet: Any = self._book.create_sheet(sheet_name(name))
        for number, column in enumerate(columns):
            shown = [_shown(row[number], column.kind) for row in sample if number < len(row)]
            width = max(_width(column.header) + 3, *(_width(one) + 2 for one in shown), _WIDTH_MIN)
            sheet.column_dimensions[get_column_letter(number + 1)].width = min(width, _WIDTH_MAX)
        sheet.freeze_panes = f"A{_TITLE_ROWS + 2}"
        sheet.print_title_rows = f"1:{_TITLE_ROWS + 1}"
        sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", _A4
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        sheet.oddFooter.left.text = self._footer
        sheet.oddFooter.right.text = "&P / &N"
        return sheet


class _Line:
    """One cell object for each column, used for row after row: a row is in the file once appended."""

    def __init__(self, columns: Sequence[Col], cells: list[Any], kinds: dict[Kind, Any]) -> None:
        self._columns, self._cells, self._kinds = columns, cells, kinds

    def filled(self, row: Sequence[Value | Formula]) -> list[Any]:
        return [
            _filled(copy(self._kinds[value.kind]), value, value.kind)
            if isinstance(value, Formula)
            else _filled(cell, value, column.kind)
            for column, cell, value in zip(self._columns, self._cells, row, strict=True)
        ]


class _Cells:
    """The styles of one sheet, each a cell to copy."""

    def __init__(self, sheet: Any) -> None:
        self._sheet = sheet
        self._kinds: dict[Kind, Any] = {
            kind: self._styled(number_format=code) for kind, code in _FORMATS.items()
        }
        bold = Font(name=_FONT, size=10, bold=True)
        self._sums = {
            kind: self._styled(number_format=code, font=bold) for kind, code in _FORMATS.items()
        }
        wrapped = Alignment(horizontal="center", vertical="center", wrap_text=True)
        self._styles = {
            "title": self._styled(font=Font(name=_FONT, size=14, bold=True), border=Border()),
            "about": self._styled(border=Border()),
            "header": self._styled(font=bold, fill=_fill("E8E8E8"), alignment=wrapped),
            "asked": self._styled(font=bold, fill=_fill("FBE3D6"), alignment=wrapped),
        }

    def _styled(self, **style: Any) -> Any:
        cell: Any = WriteOnlyCell(self._sheet)
        given = {"font": Font(name=_FONT, size=10), "border": _BORDER, "number_format": "@"} | style
        for name, value in given.items():
            setattr(cell, name, value)
        if given["number_format"] == "@":
            cell.quotePrefix = True
        return cell

    def text(self, text: str, style: str) -> Any:
        return _filled(copy(self._styles[style]), text, "text")

    def line(self, columns: Sequence[Col]) -> "_Line":
        return _Line(columns, [copy(self._kinds[one.kind]) for one in columns], self._kinds)

    def totals(self, columns: Sequence[Col], placed: Placed, called: str) -> list[Any]:
        made = []
        for number, one in enumerate(columns, start=1):
            value: Value | Formula = called if number == 1 else None
            if one.is_summed:
                letter = get_column_letter(number)
                inside = f"{letter}{placed.first}:{letter}{placed.last}"
                value = Formula(f"=SUM({inside})" if placed.count else "=0", one.kind)
            made.append(_filled(copy(self._sums[one.kind]), value, one.kind))
        return made


def sheet_name(name: str) -> str:
    """Return a name that a sheet may have: at most 31 characters, none of them reserved."""
    return "".join(one for one in name if one not in "[]:*?/\\'")[:31]


def yuan_digits(amount_fen: int) -> str:
    """Return fen as the digits of yuan, exactly: ``-1175.50``."""
    sign = "-" if amount_fen < 0 else ""
    whole, cents = divmod(abs(amount_fen), 100)
    return f"{sign}{whole}.{cents:02d}"


def _filled(cell: Any, value: Value | Formula, kind: Kind) -> Any:
    if value is None or value == "":
        return _put(cell, None, "n")
    if isinstance(value, Formula):
        return _put(cell, value.text, "f")
    if isinstance(value, int) and kind != "text":
        return _put(cell, yuan_digits(value) if kind == "money" else str(value), "n")
    text = value.isoformat() if isinstance(value, date) else str(value)
    return _put(cell, ILLEGAL_CHARACTERS_RE.sub("\ufffd", text)[:_CHARS_MAX], "s")


def _put(cell: Any, text: str | None, data_type: str) -> Any:
    # Past the value's own setter: it would take what begins with = for a formula, and numbers
    # would go through a float of sixteen digits on their way into the file.
    cell._value, cell.data_type = text, data_type  # noqa: SLF001
    return cell


def _shown(value: Value | Formula, kind: Kind) -> str:
    if isinstance(value, int) and kind == "money":
        return f"{value // 100:,}.00"
    return "" if value is None or isinstance(value, Formula) else str(value)


def _width(text: str) -> int:
    """Return how wide a text is in digits: a Chinese character takes two."""
    return max(
        (sum(2 if ord(one) > 0x2E7F else 1 for one in line) for line in text.split("\n")), default=0
    )


def _fill(colour: str) -> PatternFill:
    return PatternFill("solid", fgColor=colour)

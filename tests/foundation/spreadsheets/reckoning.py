"""Compute a workbook's formulas as a spreadsheet program would: those few functions that we write.

Amounts are read as decimals from the file's own digits, so that a sum is exact or the test sees it.
"""

import io
import re
import zipfile
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from lxml import etree
from openpyxl import load_workbook
from openpyxl.utils import column_index_from_string

_TOKEN = re.compile(
    r"""\s*(?:(?P<text>"(?:[^"]|"")*")
    |(?P<cells>(?:'[^']+'!)?\$?[A-Z]{1,3}\$?[0-9]+(?::\$?[A-Z]{1,3}\$?[0-9]+)?)
    |(?P<name>[A-Z]+)(?=\() |(?P<number>[0-9]+(?:\.[0-9]+)?) |(?P<sign>[-+=(),]))""",
    re.VERBOSE,
)
_CELLS = re.compile(
    r"(?:'([^']+)'!)?\$?([A-Z]+)\$?([0-9]+)(?::\$?([A-Z]+)\$?([0-9]+))?",
)
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


class Reckoned:
    """A workbook whose cells can be asked for their values, formulas computed."""

    def __init__(self, content: bytes) -> None:
        self.book = load_workbook(io.BytesIO(content))
        self._digits = _digits(content)
        self._known: dict[tuple[str, str], Any] = {}

    def value(self, sheet: str, place: str) -> Any:
        """Return a cell's value: text, an exact decimal, or nothing."""
        key = sheet, place
        if key not in self._known:
            cell = self.book[sheet][place]
            if cell.data_type == "f":
                self._known[key] = _Formula(self, sheet, str(cell.value)[1:]).result()
            elif cell.data_type == "n" and cell.value is not None:
                self._known[key] = Decimal(self._digits[key])
            else:
                self._known[key] = cell.value
        return self._known[key]

    def rows(self, sheet: str, first: int = 4) -> list[list[Any]]:
        """Return a table's rows below its header, the total included."""
        found = self.book[sheet].iter_rows(min_row=first)
        return [[self.value(sheet, cell.coordinate) for cell in row] for row in found]

    def column(self, sheet: str, header: str) -> list[Any]:
        """Return a column's values below its header, the total included."""
        headers = [cell.value for cell in self.book[sheet][3]]
        at = headers.index(header)
        return [row[at] for row in self.rows(sheet)]


class _Formula:
    def __init__(self, book: Reckoned, sheet: str, text: str) -> None:
        self._book, self._sheet = book, sheet
        self._tokens: list[tuple[str, str]] = []
        at = 0
        while at < len(text):
            found = _TOKEN.match(text, at)
            assert found, f"{text!r} is not understood at {at}"
            kind = str(found.lastgroup)
            self._tokens.append((kind, found[kind]))
            at = found.end()

    def result(self) -> Any:
        value = self._compared()
        assert not self._tokens, f"{self._tokens} is left over"
        return value

    def _next(self, sign: str = "") -> bool:
        if self._tokens and self._tokens[0] == ("sign", sign):
            self._tokens.pop(0)
            return True
        return False

    def _compared(self) -> Any:
        left = self._added()
        if not self._next("="):
            return left
        right = self._added()
        if isinstance(left, list):
            return [_same(one, right) for one in left]
        return _same(left, right)

    def _added(self) -> Any:
        value = self._signed()
        while True:
            if self._next("+"):
                value = _number(value) + _number(self._signed())
            elif self._next("-"):
                value = _number(value) - _number(self._signed())
            else:
                return value

    def _signed(self) -> Any:
        if self._next("-"):
            value = self._signed()
            if isinstance(value, list):
                return [-_number(one) for one in value]
            return -_number(value)
        return self._single()

    def _single(self) -> Any:
        if self._next("("):
            value = self._compared()
            assert self._next(")")
            return value
        kind, text = self._tokens.pop(0)
        if kind == "text":
            return text[1:-1].replace('""', '"')
        if kind == "number":
            return Decimal(text)
        if kind == "cells":
            return self._cells(text)
        assert kind == "name", text
        assert self._next("(")
        given = [self._compared()]
        while self._next(","):
            given.append(self._compared())
        assert self._next(")")
        return _FUNCTIONS[text](*given)

    def _cells(self, text: str) -> Any:
        found = _CELLS.fullmatch(text)
        assert found
        sheet = found[1] or self._sheet
        if not found[4]:
            return self._book.value(sheet, f"{found[2]}{found[3]}")
        assert column_index_from_string(found[2]) <= column_index_from_string(found[4])
        block = self._book.book[sheet][f"{found[2]}{found[3]}:{found[4]}{found[5]}"]
        return [self._book.value(sheet, cell.coordinate) for row in block for cell in row]


def _digits(content: bytes) -> dict[tuple[str, str], str]:
    """Return every number as the file writes it, before anybody makes a float of it."""
    found = {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = [
            one.get("name")
            for one in etree.fromstring(archive.read("xl/workbook.xml")).iter(f"{_MAIN}sheet")
        ]
        for number, name in enumerate(names, start=1):
            part = etree.fromstring(archive.read(f"xl/worksheets/sheet{number}.xml"))
            for cell in part.iter(f"{_MAIN}c"):
                value = cell.find(f"{_MAIN}v")
                if value is not None and value.text:
                    found[str(name), str(cell.get("r"))] = value.text
    return found


def _same(one: Any, other: Any) -> bool:
    return bool(one == other)


def _number(value: Any) -> Decimal:
    if value is None:
        return Decimal(0)
    return Decimal(int(value)) if isinstance(value, bool) else Decimal(value)


def _numbers(*given: Any) -> list[Decimal]:
    flat = [one for value in given for one in (value if isinstance(value, list) else [value])]
    return [one for one in flat if isinstance(one, Decimal)]


def _sumifs(amounts: list[Any], *pairs: Any) -> Decimal:
    total = Decimal(0)
    for number, amount in enumerate(amounts):
        if all(pairs[at][number] == pairs[at + 1] for at in range(0, len(pairs), 2)):
            total += _number(amount)
    return total


def _sumproduct(*lists: list[Any]) -> Decimal:
    total = Decimal(0)
    for row in zip(*lists, strict=True):
        product = Decimal(1)
        for one in row:
            product *= _number(one)
        total += product
    return total


def _round(value: Any, places: Any) -> Decimal:
    return _number(value).quantize(Decimal(1).scaleb(-int(places)), ROUND_HALF_UP)


_FUNCTIONS: dict[str, Any] = {
    "SUM": lambda *given: sum(_numbers(*given), Decimal(0)),
    "COUNT": lambda *given: Decimal(len(_numbers(*given))),
    "COUNTIF": lambda cells, wanted: Decimal(sum(one == wanted for one in cells)),
    "SUMIF": lambda cells, wanted, amounts: _sumifs(amounts, cells, wanted),
    "SUMIFS": _sumifs,
    "SUMPRODUCT": _sumproduct,
    "ROUND": _round,
    "AND": lambda *given: all(given),
    "IF": lambda wanted, yes, no: yes if wanted else no,
}

"""Read a table by the bank's agreement: what stands once, each payment, and what must add up."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from bank_adapters.sheets.profile import Cell, Line, SheetProfile
from bank_adapters.simulator.orders.cells import CellRow, rows
from bank_adapters.simulator.orders.order import (
    IDENTIFIER,
    Order,
    OrderLine,
    OrderRefused,
    fen,
    storable,
)

MUST_BE_TEXT = frozenset({"account_no", "bank_code", "reference", "payee_id_no"})


def read(table: SheetProfile, stem: str, content: bytes) -> Order:
    """Return the order; `stem` names the file where its table does not. Raises OrderRefused."""
    reading = _Reading(table)
    found = rows(table, content)
    shape = table.written
    before = len(shape.header) + shape.titled
    if len(found) <= before + len(shape.trailer):
        raise OrderRefused("FF01")
    for line, row in zip(shape.header, found, strict=False):
        reading.once(line, row)
    if shape.titled:
        titles = [title for title in found[before - 1].cells if title]
        if titles != [cell.name for cell in shape.columns]:
            raise OrderRefused("FF01", reading.reference)
    behind = len(found) - len(shape.trailer)
    lines = tuple(
        reading.payment(row, serial) for serial, row in enumerate(found[before:behind], start=1)
    )
    for line, row in zip(shape.trailer, found[behind:], strict=True):
        reading.once(line, row)
    reading.believe(lines)
    return Order(
        file_reference=reading.reference or stem,
        debtor_account=reading.said.get("debtor_account", ""),
        debtor_name=reading.said.get("debtor_name", ""),
        lines=lines,
        execution_day=reading.day,
        once=reading.said,
    )


class _Reading:
    def __init__(self, table: SheetProfile) -> None:
        self.table = table
        self.said: dict[str, str] = {}
        self.stated: list[tuple[str, str]] = []
        self.day: date | None = None

    @property
    def reference(self) -> str:
        return self.said.get("file_reference", "")

    def refused(self, code: str = "FF01") -> OrderRefused:
        return OrderRefused(code, self.reference)

    def once(self, line: Line, row: CellRow) -> None:
        """Read a line that is there once. Raises OrderRefused."""
        if line.raw:
            if row.raw != line.raw:
                raise self.refused()
            return
        cells = list(row.cells) if len(line.cells) > 1 or self.table.in_sheet else [row.raw]
        cells = self._filled(cells, len(line.cells))
        for cell, text in zip(line.cells, cells, strict=True):
            if cell.value == "literal":
                if text != cell.literal:
                    raise self.refused()
            elif not text.startswith(cell.prefix):
                raise self.refused()
            else:
                self._keep(cell, text[len(cell.prefix) :])

    def payment(self, row: CellRow, serial: int) -> OrderLine:
        """Read one payment. Raises OrderRefused."""
        columns = self.table.written.columns
        cells = self._filled(list(row.cells), len(columns))
        found: dict[str, str] = {}
        for place, (cell, text) in enumerate(zip(columns, cells, strict=True)):
            too_long = cell.bytes_max and len(text.encode("gb18030")) > cell.bytes_max
            if too_long or (place in row.numbers and cell.value in MUST_BE_TEXT and text):
                raise self.refused()
            if cell.value == "literal" and text != cell.literal:
                raise self.refused()
            if found.setdefault(cell.value, text) != text and cell.value not in {
                "blank",
                "literal",
            }:
                raise self.refused()
            if cell.value in {"file_reference", "debtor_account", "debtor_name", "execution_date"}:
                self._keep(cell, text)
        self._check(found, serial)
        return OrderLine(
            reference=found.get("reference", ""),
            account_no=found["account_no"],
            account_name=found["account_name"],
            amount_fen=self._fen(found["amount"]),
            written=cells,
        )

    def believe(self, lines: Sequence[OrderLine]) -> None:
        """Hold every stated count and sum against the payments. Raises OrderRefused."""
        total_fen = sum(line.amount_fen for line in lines)
        if any(text != str(len(lines)) for kind, text in self.stated if kind == "count"):
            raise self.refused("AM18")
        if any(self._fen(text) != total_fen for kind, text in self.stated if kind == "total"):
            raise self.refused("AM10")
        if not self.table.min_lines <= len(lines) <= self.table.max_lines:
            raise self.refused()

    def _filled(self, cells: list[str], count: int) -> list[str]:
        if self.table.in_sheet:
            while len(cells) > count and not cells[-1]:
                cells.pop()
            cells += [""] * (count - len(cells))
        if len(cells) != count:
            raise self.refused()
        return cells

    def _keep(self, cell: Cell, text: str) -> None:
        if cell.value in {"count", "total"}:
            self.stated.append((cell.value, text))
            return
        if self.said.setdefault(cell.value, text) != text and cell.value != "blank":
            raise self.refused()
        if cell.value == "file_reference" and not IDENTIFIER.fullmatch(text):
            self.said["file_reference"] = ""
            raise self.refused()
        if cell.value == "execution_date":
            with suppress(ValueError):
                self.day = datetime.strptime(text, cell.date_format).date()  # noqa: DTZ007 - a day

    def _check(self, found: dict[str, str], serial: int) -> None:
        own = self.table.own_bank
        if found.get("serial", str(serial)) != str(serial):
            raise self.refused()
        if "reference" in found and not IDENTIFIER.fullmatch(found["reference"]):
            raise self.refused()
        if not re.fullmatch(r"[A-Za-z0-9]{1,32}", found["account_no"]) or not found["account_name"]:
            raise self.refused()
        if own and "cross_bank" in found and "bank_code" in found:
            at_home = found["bank_code"].startswith(own)
            if found["cross_bank"] != ("0" if at_home else "1"):
                raise self.refused("RC01")
        storable((found["account_name"],), self.table.charset, self.reference)

    def _fen(self, written: str) -> int:
        if self.table.amount_unit == "fen":
            if not re.fullmatch(r"[1-9][0-9]{0,14}", written):
                raise self.refused()
            return int(written)
        if not self.table.in_sheet:
            return fen(written, self.reference)
        # A sheet's number has no fixed decimals: 100 in it is a hundred yuan.
        try:
            amount = Decimal(written) * 100
        except InvalidOperation:
            raise self.refused() from None
        if amount <= 0 or amount != amount.to_integral_value():
            raise self.refused()
        return int(amount)

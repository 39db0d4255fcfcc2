"""What one answer says, gathered line by line before any of it is believed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from bank_adapters.collected import Collected
from bank_adapters.contract import ReplyRecord
from bank_adapters.faults import fault
from bank_adapters.fields import ACCOUNT, REFERENCE
from bank_adapters.money import AmountRefused
from bank_adapters.sheets.amounts import fen_of
from bank_adapters.sheets.profile import COUNTED, COUNTS, Cell, Line, SheetProfile
from bank_adapters.sheets.rows import Row
from bank_adapters.sheets.text_in import by_width

STATED = ("count", "total", *COUNTED)


@dataclass
class Answer:
    """Faults, records and everything the answer states about itself, by the value's name."""

    profile: SheetProfile
    faults: Collected = field(default_factory=Collected)
    file_reference: str = ""
    records: list[ReplyRecord] = field(default_factory=list)
    stated: dict[str, tuple[int | None, Cell, int]] = field(default_factory=dict)

    def say(
        self,
        code: str,
        *,
        line: int | None = None,
        field: str = "",
        value: str = "",
        detail: str = "",
    ) -> None:
        """Note a fault."""
        self.faults.append(fault(code, line=line, field=field, value=value, detail=detail))

    def number(self, name: str) -> int | None:
        """Return what was stated under a name, None if nothing readable was."""
        return self.stated[name][0] if name in self.stated else None

    def fen(self, written: str, line: int, field: str, *, zero_allowed: bool = True) -> int | None:
        """Return an amount, or note why it is none."""
        try:
            return fen_of(self.profile, written, zero_allowed=zero_allowed)
        except AmountRefused as refused:
            self.say(refused.code, line=line, field=field, value=written)
            return None

    def read_once(self, line: Line, row: Row) -> bool:
        """Read a line that is there once; False if it is another line altogether."""
        if line.raw:
            if _text(row) != line.raw:
                self.say("header_field_wrong", line=row.line, value=_text(row))
            return True
        cells = list(row.cells)
        if self.profile.by_width:
            one = len(line.cells) == 1 and not line.cells[0].width
            cells = [row.raw] if one else by_width(self.profile, line.cells, row.raw)
        if self.profile.in_sheet:
            cells.extend([""] * (len(line.cells) - len(cells)))
        if len(cells) != len(line.cells):
            detail = f"{len(cells)} / {len(line.cells)}"
            self.say("column_count_wrong", line=row.line, detail=detail)
            return False
        for cell, text in zip(line.cells, cells, strict=True):
            self._once(cell, text, row.line)
        return True

    def _once(self, cell: Cell, text: str, line: int) -> None:
        if cell.value == "literal":
            if text != cell.literal:
                self.say("header_field_wrong", line=line, field=cell.name, value=text)
            return
        if not text.startswith(cell.prefix):
            self.say("header_field_wrong", line=line, field=cell.name, value=text)
            return
        told = type(text)(text[len(cell.prefix) :])
        if cell.value == "file_reference":
            self.file_reference = told
            if not REFERENCE.fullmatch(told):
                self.say("file_reference_missing", line=line, field=cell.name)
        elif cell.value in STATED:
            if cell.value in COUNTS:
                number = self._count(told, line, cell.name)
            else:
                number = self.fen(told, line, cell.name)
            self.stated[cell.value] = (number, cell, line)

    def _count(self, written: str, line: int, field: str) -> int | None:
        if re.fullmatch(r"[0-9]{1,9}", written):
            return int(written)
        self.say("header_field_wrong", line=line, field=field, value=written)
        return None

    def good_account(self, written: str) -> bool:
        """Return whether this can be an account number of this bank."""
        return ACCOUNT.fullmatch(written) is not None and len(written) <= self.profile.account_max


def _text(row: Row) -> str:
    return row.raw or (row.cells[0] if len(row.cells) == 1 else "")


def begins(row: Row, line: Line) -> bool:
    """Return whether a row begins as this line does."""
    if not line.begins:
        return False
    return (row.raw or (row.cells[0] if row.cells else "")).startswith(line.begins)

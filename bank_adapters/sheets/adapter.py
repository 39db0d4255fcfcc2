"""The adapter of every bank whose file is a table: what is different stands in its profile."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from bank_adapters.contract import (
    CannotWrite,
    Fault,
    FileHeader,
    Instruction,
    Reply,
    StatementFile,
    WrittenFile,
)
from bank_adapters.faults import at_line, fault
from bank_adapters.fields import check_instruction, encodable
from bank_adapters.files import faults_before_writing, finish
from bank_adapters.iso20022 import camt053
from bank_adapters.sheets import old_workbook_out, read, text_out, workbook_out
from bank_adapters.sheets.judge import told_apart
from bank_adapters.sheets.load import load
from bank_adapters.sheets.profile import SheetProfile
from bank_adapters.sheets.values import field_of, rows_of


class SheetAdapter:
    """One bank that takes a table, answers with a table and sends ISO 20022 statements."""

    def __init__(self, profile: SheetProfile) -> None:
        self.profile = profile
        # Columns that ask for more than every bank does.
        self._asking = tuple(
            cell
            for cell in profile.written.columns
            if cell.no_blanks or cell.width or cell.value == "payee_id_no"
        )

    def check(self, instruction: Instruction) -> list[Fault]:
        """Return every reason why this line could not be sent, and every warning."""
        return [*check_instruction(self.profile, instruction), *self._own(instruction)]

    def write(self, header: FileHeader, instructions: Sequence[Instruction]) -> WrittenFile:
        """Write the file. Raises CannotWrite."""
        faults = faults_before_writing(self.profile, header, instructions)
        if self._asking:
            for place, one in enumerate(instructions, start=1):
                faults.extend(at_line(found, place) for found in self._own(one))
        faults.extend(self._alike(instructions))
        faults.extend(self._header(header))
        if faults:
            raise CannotWrite(header.file_reference, faults)
        rows = rows_of(self.profile, header, instructions)
        name = self.profile.file_name.format(
            file_reference=header.file_reference,
            execution_date=f"{header.execution_date:%Y%m%d}",
            day_number=f"{header.day_number:03d}",
        )
        if self.profile.container == "xlsx":
            content = workbook_out.render(rows, self.profile.sheet_name)
        elif self.profile.container == "xls":
            content = old_workbook_out.render(rows, self.profile.sheet_name)
        else:
            content = text_out.render(self.profile, rows)
        if self.profile.packed:
            content = workbook_out.pack(
                [(f"{header.file_reference}.{self.profile.container}", content)]
            )
        return finish(header, self.profile, content, instructions, name=name)

    def read_reply(self, name: str, content: bytes) -> Reply:
        """Read the bank's answer; its name counts where the table itself names no file."""
        return read.read(self.profile, name, content)

    def read_statement(self, content: bytes) -> StatementFile:
        """Read camt.053, any version."""
        return camt053.read(content, self.profile.max_reply_bytes)

    def _own(self, one: Instruction) -> Iterator[Fault]:
        # What only this bank's columns ask for; the rest is asked of every bank.
        for cell in self._asking:
            text = field_of(self.profile, cell, one)
            if cell.no_blanks and any(part.isspace() for part in text):
                yield fault("blank_inside", field=cell.name, value=text)
            if cell.value == "payee_id_no":
                if text and not (text.isascii() and text.isalnum()):
                    yield fault("id_number_malformed", field=cell.name, value=text)
                elif not text and not cell.optional:
                    yield fault("text_missing", field=cell.name)
            if cell.width and encodable(text, self.profile.charset):
                size = len(text.encode(self.profile.file_encoding))
                if size > cell.width:
                    detail = f"{size} > {cell.width}"
                    yield fault("too_many_bytes", field=cell.name, value=text, detail=detail)

    def _header(self, header: FileHeader) -> Iterator[Fault]:
        if not 1 <= header.day_number <= 999:
            yield fault("day_number_wrong", field="day_number", value=str(header.day_number))

    def _alike(self, instructions: Sequence[Instruction]) -> Iterator[Fault]:
        """Refuse two lines that an answer could not tell apart."""
        if told_apart(self.profile.answered):
            return
        seen: set[tuple[str, int]] = set()
        for place, one in enumerate(instructions, start=1):
            key = (one.account_no, one.amount_fen)
            if key in seen:
                yield fault("lines_alike", line=place, value=one.reference)
            seen.add(key)


@lru_cache(maxsize=64)
def adapter_from(definition: str) -> SheetAdapter:
    """Return the adapter of a profile as it was kept. Raises ProfileRefused."""
    return SheetAdapter(load("kept profile", definition))

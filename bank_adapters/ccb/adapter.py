"""The payroll-sheet adapter: nine columns out, a filled-in return sheet and camt.053 in."""

from __future__ import annotations

from collections.abc import Sequence

from bank_adapters.ccb import reader, writer
from bank_adapters.ccb.profile import CCB
from bank_adapters.contract import (
    BankProfile,
    CannotWrite,
    Fault,
    FileHeader,
    Instruction,
    Reply,
    StatementFile,
    WrittenFile,
)
from bank_adapters.fields import check_instruction
from bank_adapters.files import faults_before_writing, finish
from bank_adapters.iso20022 import camt053


class CcbAdapter:
    """One bank that takes payroll sheets and sends ISO 20022 statements."""

    def __init__(self, profile: BankProfile = CCB) -> None:
        self.profile = profile

    def check(self, instruction: Instruction) -> list[Fault]:
        """Return every reason why this line could not be sent, and every warning."""
        return check_instruction(self.profile, instruction)

    def write(self, header: FileHeader, instructions: Sequence[Instruction]) -> WrittenFile:
        """Write the payroll sheet. Raises CannotWrite."""
        faults = faults_before_writing(self.profile, header, instructions)
        if faults:
            raise CannotWrite(header.file_reference, faults)
        return finish(header, self.profile, writer.render(header, instructions), instructions)

    def read_reply(self, name: str, content: bytes) -> Reply:  # noqa: ARG002 - the id is inside
        """Read a return sheet."""
        return reader.read(content, self.profile)

    def read_statement(self, content: bytes) -> StatementFile:
        """Read camt.053, any version."""
        return camt053.read(content, self.profile.max_reply_bytes)

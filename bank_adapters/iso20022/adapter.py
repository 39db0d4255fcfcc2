"""The ISO 20022 adapter: pain.001 out, pain.002 and camt.053 in."""

from __future__ import annotations

from collections.abc import Sequence

from bank_adapters.contract import (
    BankProfile,
    Fault,
    FileHeader,
    Instruction,
    Reply,
    StatementFile,
    WrittenFile,
)
from bank_adapters.fields import check_instruction
from bank_adapters.iso20022 import camt053, pain002
from bank_adapters.iso20022.orders import write_orders
from bank_adapters.iso20022.profile import ISO20022
from bank_adapters.judged import rules_of


class Iso20022Adapter:
    """One bank that speaks ISO 20022; give another profile for another bank."""

    def __init__(self, profile: BankProfile = ISO20022) -> None:
        self.profile = profile

    def check(self, instruction: Instruction) -> list[Fault]:
        """Return every reason why this line could not be sent, and every warning."""
        return check_instruction(self.profile, instruction)

    def write(self, header: FileHeader, instructions: Sequence[Instruction]) -> WrittenFile:
        """Write the profile's version of pain.001. Raises CannotWrite."""
        return write_orders(self.profile, header, instructions)

    def read_reply(self, name: str, content: bytes) -> Reply:  # noqa: ARG002 - the id is inside
        """Read pain.002, any version."""
        return pain002.read(content, rules_of(self.profile))

    def read_statement(self, content: bytes) -> StatementFile:
        """Read camt.053, any version."""
        return camt053.read(content, self.profile.max_reply_bytes)

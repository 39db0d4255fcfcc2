"""The two enterprise-direct adapters: what is written is signed and posted by somebody else."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence

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
from bank_adapters.direct import abc_read, abc_write, icbc_read, icbc_write
from bank_adapters.direct.abc_dialect import AbcDialect
from bank_adapters.direct.dialect import Dialect
from bank_adapters.direct.icbc_dialect import IcbcDialect
from bank_adapters.direct.profile import ABC_DIRECT, ICBC_DIRECT, Customer
from bank_adapters.fields import check_instruction
from bank_adapters.files import faults_before_writing, finish
from bank_adapters.iso20022 import camt053

NOBODY = Customer()


class Direct(ABC):
    """What both have in common."""

    dialect: Dialect

    def __init__(
        self,
        profile: BankProfile,
        customer: Customer,
        written: Callable[[FileHeader, Sequence[Instruction], Customer], bytes],
        answer: Callable[[BankProfile, bytes], Reply],
    ) -> None:
        self.profile, self.customer = profile, customer
        self._written, self._answer = written, answer

    @abstractmethod
    def of(self, customer: Customer) -> Direct:
        """Return this bank as one customer of it writes and speaks."""

    def check(self, instruction: Instruction) -> list[Fault]:
        """Return every reason why this line could not be sent, and every warning."""
        return check_instruction(self.profile, instruction)

    def write(self, header: FileHeader, instructions: Sequence[Instruction]) -> WrittenFile:
        """Write the message to be signed and posted. Raises CannotWrite."""
        faults = faults_before_writing(self.profile, header, instructions)
        if faults:
            raise CannotWrite(header.file_reference, faults)
        content = self._written(header, instructions, self.customer)
        return finish(header, self.profile, content, instructions)

    def read_reply(self, name: str, content: bytes) -> Reply:  # noqa: ARG002 - the id is inside
        """Read the answer to the question what became of a batch."""
        return self._answer(self.profile, content)

    def read_statement(self, content: bytes) -> StatementFile:
        """Read camt.053, any version."""
        return camt053.read(content, self.profile.max_reply_bytes)


class IcbcDirect(Direct):
    """ICBC style: XML in GBK, amounts in fen."""

    def __init__(self, profile: BankProfile = ICBC_DIRECT, customer: Customer = NOBODY) -> None:
        super().__init__(profile, customer, icbc_write.payments, icbc_read.read)
        self.dialect = IcbcDialect(customer, profile)

    def of(self, customer: Customer) -> IcbcDirect:
        """Return this bank as one customer of it writes and speaks."""
        return IcbcDirect(self.profile, customer)

    def question(self, header: FileHeader, asked_as: str) -> bytes:
        """Return the message that asks what became of a file."""
        return icbc_write.question(header, self.customer, asked_as)


class AbcDirect(Direct):
    """ABC style: JSON in UTF-8, amounts in yuan."""

    def __init__(self, profile: BankProfile = ABC_DIRECT, customer: Customer = NOBODY) -> None:
        super().__init__(profile, customer, abc_write.payments, abc_read.read)
        self.dialect = AbcDialect(customer, profile)

    def of(self, customer: Customer) -> AbcDirect:
        """Return this bank as one customer of it writes and speaks."""
        return AbcDirect(self.profile, customer)

    def question(self, header: FileHeader, references: Sequence[str]) -> bytes:
        """Return the message that asks what became of payments of a file."""
        return abc_write.question(header, self.customer, references)

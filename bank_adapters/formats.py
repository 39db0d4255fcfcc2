"""A format by its name: what it writes, what it reads, and what reading hands back.

A format is what `anxin bank write` and `anxin bank read` know by one name. Every bank of the
registry is one too (`OfBank`); a standard's message such as `camt.054` is one without being a bank.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import PurePath
from typing import BinaryIO, Protocol

from bank_adapters.contract import (
    BankAdapter,
    BankProfile,
    CannotWrite,
    EntryKind,
    Fault,
    FileHeader,
    Instruction,
    ReplyRecord,
    ReplyTotals,
    State,
    Statement,
    StatementEntry,
    WrittenFile,
)
from bank_adapters.faults import fault, is_fatal

MAX_BYTES = 2 * 1024**3
STATEMENT_MARK = b"BkToCstmr"
PEEK_BYTES = 64 * 1024
NOTHING = ReplyTotals(0, 0, None, None)
BOOKED, REVERSED = "BOOK", "RVSL"
STATES: dict[EntryKind, State] = {
    EntryKind.BATCH_DEBIT: State.IN_TRANSIT,  # Our account was debited; nobody was named.
    EntryKind.PAYMENT_DEBIT: State.PAID,
    EntryKind.RETURN: State.RETURNED,
    EntryKind.REVERSAL: State.RETURNED,
    EntryKind.OTHER: State.UNKNOWN,
}


@dataclass(frozen=True, slots=True)
class FormatProfile:
    """One name. `writes`: the limits of what it writes, None: it only reads. `reads`: messages."""

    name: str
    title_en: str
    title_zh: str
    writes: BankProfile | None = None
    reads: tuple[str, ...] = ()
    version: int = 1
    max_bytes: int = MAX_BYTES


@dataclass(frozen=True, slots=True)
class AccountDay:
    """One account's part of a statement; balances None: not stated. Sums are of booked entries."""

    account: str
    number: int | None
    statement_id: str
    booked_on: date | None
    opening_fen: int | None
    closing_fen: int | None
    entry_count: int
    credit_fen: int
    debit_fen: int


@dataclass(frozen=True, slots=True)
class ReadFile:
    """What one file says. With a fatal fault `records` and `accounts` are empty.

    Of a statement every movement is a record: with our payment's reference where the bank repeats
    it; with our file's reference and IN_TRANSIT where a whole file was booked in one sum; with
    neither and UNKNOWN where it is no payment of ours.
    """

    records: tuple[ReplyRecord, ...]
    faults: tuple[Fault, ...]
    totals: ReplyTotals = NOTHING
    file_reference: str = ""
    silence_means: State = State.UNKNOWN
    accounts: tuple[AccountDay, ...] = ()
    message_id: str = ""
    silence_status: str = ""

    @property
    def believable(self) -> bool:
        """False: do not move a single payment because of this file."""
        return not is_fatal(self.faults)


class BankFormat(Protocol):
    """One format: what it writes, what it reads. What it cannot do it answers with a fault."""

    @property
    def profile(self) -> FormatProfile:
        """Name, titles, limits."""

    def check(self, instruction: Instruction) -> list[Fault]:
        """Return every reason why this line could not be sent (`fatal`), and every warning."""

    def write(self, header: FileHeader, instructions: Sequence[Instruction]) -> WrittenFile:
        """Write one file; the same input gives the same bytes. Raises CannotWrite."""

    def read(self, source: BinaryIO) -> ReadFile:
        """Read one file from an open binary stream. Never raises for what the bank sent."""


class OfBank:
    """A bank of the registry as a format: it writes its files and reads whatever it sends."""

    def __init__(self, adapter: BankAdapter) -> None:
        self.adapter = adapter
        bank = adapter.profile
        self.profile = FormatProfile(
            name=bank.name,
            title_en=bank.title_en,
            title_zh=bank.title_zh,
            version=bank.version,
            writes=bank,
            reads=(bank.file_format, bank.statement_format),
            max_bytes=bank.max_reply_bytes,
        )

    def check(self, instruction: Instruction) -> list[Fault]:
        """Return what the bank says about one line."""
        return self.adapter.check(instruction)

    def write(self, header: FileHeader, instructions: Sequence[Instruction]) -> WrittenFile:
        """Write the bank's payment file. Raises CannotWrite."""
        return self.adapter.write(header, instructions)

    def read(self, source: BinaryIO) -> ReadFile:
        """Read a statement where the file shows one, else an answer to a file of ours."""
        limit = self.profile.max_bytes
        content = source.read(limit + 1)
        if len(content) > limit:
            return refused(fault("file_too_large", detail=f"> {limit}"))
        if STATEMENT_MARK in content[:PEEK_BYTES].replace(b"\0", b""):
            found = self.adapter.read_statement(content)
            return of_statements(found.statements, found.faults)
        # Some banks' tables name their file only in their own name.
        name = PurePath(str(getattr(source, "name", ""))).name
        reply = self.adapter.read_reply(name, content)
        return ReadFile(
            records=reply.records,
            faults=reply.faults,
            totals=reply.totals,
            file_reference=reply.file_reference,
            silence_means=reply.silence_means,
            message_id=reply.message_id,
        )


class Inbound:
    """A message that is only read."""

    def __init__(
        self, name: str, titles: tuple[str, str], reader: Callable[[BinaryIO], ReadFile]
    ) -> None:
        self.profile = FormatProfile(name, *titles, reads=(name,))
        self.reader = reader

    def check(self, instruction: Instruction) -> list[Fault]:  # noqa: ARG002 - nothing is written
        """Refuse: this message comes in only."""
        return [fault("read_only", detail=self.profile.name)]

    def write(
        self,
        header: FileHeader,
        instructions: Sequence[Instruction],  # noqa: ARG002 - nothing is written
    ) -> WrittenFile:
        """Refuse: this message comes in only. Raises CannotWrite."""
        raise CannotWrite(header.file_reference, [fault("read_only", detail=self.profile.name)])

    def read(self, source: BinaryIO) -> ReadFile:
        """Read the message, any version and envelope. Never raises for what the bank sent."""
        return self.reader(source)


def read_bytes(bank_format: BankFormat, content: bytes) -> ReadFile:
    """Read a file that is already in memory."""
    return bank_format.read(BytesIO(content))


def refused(*faults: Fault) -> ReadFile:
    """Return a file of which nothing is believed."""
    return ReadFile(records=(), faults=faults)


def of_statements(statements: Sequence[Statement], faults: Iterable[Fault]) -> ReadFile:
    """Return a record per movement of these statements, and their accounts."""
    records = tuple(_record(entry) for statement in statements for entry in statement.entries)
    return ReadFile(
        records=records,
        faults=tuple(faults),
        totals=ReplyTotals(len(records), sum(one.amount_fen or 0 for one in records), None, None),
        accounts=tuple(account_day(statement) for statement in statements),
    )


def account_day(statement: Statement) -> AccountDay:
    """Return what a statement says of its account."""
    into = sum(one.amount_fen for one in statement.entries if one.credit)
    out = sum(one.amount_fen for one in statement.entries if not one.credit)
    return AccountDay(
        account=statement.account,
        number=statement.number,
        statement_id=statement.statement_id,
        booked_on=statement.booked_on,
        opening_fen=statement.opening_fen,
        closing_fen=statement.closing_fen,
        entry_count=len(statement.entries),
        credit_fen=into,
        debit_fen=out,
    )


def movement_state(kind: EntryKind, *, credit: bool, reference: str) -> State:
    """Return what a booked movement says about the payment it names."""
    if kind is EntryKind.REVERSAL and not (credit and reference):
        return State.UNKNOWN
    return STATES[kind]


def _record(entry: StatementEntry) -> ReplyRecord:
    batch = entry.kind is EntryKind.BATCH_DEBIT
    return ReplyRecord(
        reference=entry.file_reference if batch else entry.reference,
        state=movement_state(entry.kind, credit=entry.credit, reference=entry.reference),
        amount_fen=entry.amount_fen,
        code=entry.reason_code or (REVERSED if entry.kind is EntryKind.REVERSAL else BOOKED),
        reason="",
        line=None,
        bank_reference=entry.bank_reference,
    )

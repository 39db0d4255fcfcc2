"""A format by its name: what it writes, what it reads, and what reading hands back.

A format is what `anxin bank write` and `anxin bank read` know by one name. Every bank of the
registry is one too (`OfBank`); a standard's message such as `camt.054` is one without being a bank.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO, Protocol

from bank_adapters.contract import (
    BankAdapter,
    BankProfile,
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
class ReadFile:
    """What one file says. With a fatal fault `records` and `statements` are empty.

    `records` are about single payments (or, with our file's reference and IN_TRANSIT, about a
    whole file booked in one sum); `statements` hold every booked movement beside them.
    """

    records: tuple[ReplyRecord, ...]
    faults: tuple[Fault, ...]
    totals: ReplyTotals = NOTHING
    file_reference: str = ""
    silence_means: State = State.UNKNOWN
    statements: tuple[Statement, ...] = ()

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


class CannotDo(ValueError):
    """A format was asked to write what it only reads, or the other way round."""


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
        reply = self.adapter.read_reply("", content)
        return ReadFile(
            records=reply.records,
            faults=reply.faults,
            totals=reply.totals,
            file_reference=reply.file_reference,
            silence_means=reply.silence_means,
        )


def read_bytes(bank_format: BankFormat, content: bytes) -> ReadFile:
    """Read a file that is already in memory."""
    return bank_format.read(BytesIO(content))


def refused(*faults: Fault) -> ReadFile:
    """Return a file of which nothing is believed."""
    return ReadFile(records=(), faults=faults)


def of_statements(statements: Sequence[Statement], faults: Iterable[Fault]) -> ReadFile:
    """Return what statements say about payments of ours; every movement stays in `statements`."""
    records = tuple(
        _record(entry) for statement in statements for entry in statement.entries if _named(entry)
    )
    return ReadFile(
        records=records,
        faults=tuple(faults),
        totals=ReplyTotals(len(records), sum(one.amount_fen or 0 for one in records), None, None),
        statements=tuple(statements),
    )


def _named(entry: StatementEntry) -> bool:
    return bool(entry.reference or entry.file_reference) or entry.kind is not EntryKind.OTHER


def _record(entry: StatementEntry) -> ReplyRecord:
    return ReplyRecord(
        reference=entry.reference or entry.file_reference,
        state=STATES[entry.kind] if entry.reference or entry.file_reference else State.UNKNOWN,
        amount_fen=entry.amount_fen,
        code=entry.reason_code or entry.kind.value.upper(),
        reason="",
        line=None,
    )

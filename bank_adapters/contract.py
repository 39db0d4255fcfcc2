"""What every bank adapter takes and gives: plain frozen records, and faults instead of surprises.

Bytes go in, records and faults come out. Nothing here opens a connection, a database or a file.
Money is whole fen. Fields holding names and accounts are left out of ``repr`` so that a record
printed by accident tells nothing about a person.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field as attribute
from datetime import date, datetime, time
from enum import StrEnum
from typing import Protocol


class State(StrEnum):
    """What a bank said about one payment. `PAID` stays reversible: a return may follow."""

    PAID = "paid"
    REJECTED = "rejected"
    RETURNED = "returned"
    IN_TRANSIT = "in_transit"
    UNKNOWN = "unknown"

    # An enumeration's own hash is a call in Python, and a state is looked up for every line.
    __hash__ = str.__hash__


class EntryKind(StrEnum):
    """What one line of a statement is, as far as the bank's own marks say."""

    BATCH_DEBIT = "batch_debit"  # One booking for a whole file: carries `file_reference` only.
    PAYMENT_DEBIT = "payment_debit"  # One booking for one payment of ours.
    RETURN = "return"  # New credit: a payment came back, `reason_code` says why.
    REVERSAL = "reversal"  # The bank undoes an entry of its own.
    OTHER = "other"  # Fees, interest, deposits, anything unexplained.

    __hash__ = str.__hash__  # As above.


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong, as a sentence in both languages and a stable code.

    The sentences name file, line and field but never a name or an account number, so they may be
    logged. `value` may carry personal data: show it to an officer, never log it (not in `repr`).
    From `check`: `fatal` means this line cannot be sent. From a reader: `fatal` means the file as
    a whole cannot be believed; the reader then hands out no records at all.
    """

    code: str
    line: int | None
    field: str
    value: str = attribute(repr=False)
    sentence_en: str
    sentence_zh: str
    fatal: bool


@dataclass(frozen=True, slots=True)
class Instruction:
    """One payment to one account. `reference`: ours, 1–16 of A–Z a–z 0–9 and hyphen.

    `payee_id_no` only for the few banks that ask for it beside the name.
    """

    reference: str
    account_no: str = attribute(repr=False)
    account_name: str = attribute(repr=False)
    amount_fen: int
    bank_code: str
    bank_name: str
    purpose: str
    payee_id_no: str = attribute(default="", repr=False)


@dataclass(frozen=True, slots=True)
class FileHeader:
    """What is said once per file.

    `file_reference`: ours, 1–35 of A–Z a–z 0–9 and hyphen, becomes MsgId and the file's name;
    `created_at` must be aware and come from the batch's row, never from the clock, so that
    writing twice gives the same bytes. The last three are for a request to cancel: which file of
    ours it was, in which format, and the ISO code that says why.
    """

    file_reference: str
    created_at: datetime
    execution_date: date
    debtor_name: str
    debtor_account: str
    debtor_bank_code: str
    programme_summary: str
    cancels_file: str = ""
    cancels_format: str = ""
    cancel_reason: str = ""
    day_number: int = 1  # 1–999; for banks that number the files of a day in their names.


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """A finished bank file; `sha256` and `sm3` are lower-case hex over `content`."""

    name: str
    content: bytes = attribute(repr=False)
    sha256: str
    sm3: str
    count: int
    amount_fen: int


@dataclass(frozen=True, slots=True)
class ReplyRecord:
    """What the bank said about one reference; `amount_fen` is None when it named no amount.

    `reference` is "" where the bank's format has no place for it; `serial` (the line's number in
    our file, if the bank repeats it), account and amount then say which payment is meant, see
    `assign`. `bank_reference` is the bank's own number of what it did; `account_no` and
    `account_name` are the payee's as the bank repeats them, "" where it does not.
    """

    reference: str
    state: State
    amount_fen: int | None
    code: str
    reason: str
    line: int | None
    account_no: str = attribute(default="", repr=False)
    serial: int | None = None
    bank_reference: str = ""
    account_name: str = attribute(default="", repr=False)
    status: str = (
        ""  # The bank's own status where `code` is the reason for it, if a reader keeps it.
    )


@dataclass(frozen=True, slots=True)
class ReplyTotals:
    """Counted from the lines, beside what the file itself states (None: it states nothing).

    `stated_*` speak of the original file, so compare them with what was sent.
    """

    listed_count: int
    listed_fen: int
    stated_count: int | None
    stated_fen: int | None


@dataclass(frozen=True, slots=True)
class Reply:
    """A bank's answer to one file of ours.

    `file_reference` is "" when it could not be read. `silence_means` is the state of every payment
    of that file which no record names (the profile's rule, or REJECTED when the bank refused the
    whole file, with `silence_code` and `silence_reason`). `message_id` is the bank's own id of this
    answer, "" where its format has none: a bank never uses it for two different answers.
    """

    file_reference: str
    records: tuple[ReplyRecord, ...]
    faults: tuple[Fault, ...]
    totals: ReplyTotals
    silence_means: State
    silence_code: str = ""
    silence_reason: str = ""
    message_id: str = ""

    @property
    def believable(self) -> bool:
        """False: do not move a single payment because of this file."""
        return not any(fault.fatal for fault in self.faults)


@dataclass(frozen=True, slots=True)
class StatementEntry:
    """One booked movement. `ordinal` ("3.1": entry, detail) is its place in the statement.

    `booked_on` is the day the bank booked it, `value_on` the day from which it counts for the balance
    that bears interest (None: the format or the bank names none). `reference` is ours when the bank repeats it, `file_reference` our file; both may be "".
    """

    account: str
    booked_on: date
    credit: bool
    amount_fen: int
    kind: EntryKind
    reference: str
    file_reference: str
    bank_reference: str
    reason_code: str
    ordinal: str
    value_on: date | None = None

    @property
    def signed_fen(self) -> int:
        """Plus for a credit to our account, minus for a debit."""
        return self.amount_fen if self.credit else -self.amount_fen


@dataclass(frozen=True, slots=True)
class Statement:
    """One account's bank day. `number` is the bank's sequence (None: it gave none)."""

    account: str
    number: int | None
    statement_id: str
    opening_fen: int
    closing_fen: int
    booked_on: date
    entries: tuple[StatementEntry, ...]


@dataclass(frozen=True, slots=True)
class StatementFile:
    """All statements of one file. With a fatal fault `statements` is empty."""

    statements: tuple[Statement, ...]
    faults: tuple[Fault, ...]

    @property
    def believable(self) -> bool:
        """False: do not book anything from this file."""
        return not any(fault.fatal for fault in self.faults)


@dataclass(frozen=True, slots=True)
class RemoteFolders:
    """Where files lie on the bank's server."""

    inbox: str = "/inbox"
    archive: str = "/archive"
    outbox: str = "/outbox"
    statements: str = "/statements"


ALL_FIELDS = frozenset(
    {"reference", "account_no", "account_name", "amount_fen", "bank_code", "bank_name", "purpose"}
)


@dataclass(frozen=True, slots=True)
class BankProfile:
    """What one bank agreed with us. Byte limits count bytes of `charset`, not characters.

    `charset` is the repertoire the bank's core system can hold, `file_encoding` what the file is
    written in. Raise `version` with every change: the service keeps what a file was written with, and
    reads its answer with that.
    """

    name: str
    version: int
    title_en: str
    title_zh: str
    file_format: str
    file_suffix: str
    statement_format: str
    charset: str
    file_encoding: str
    max_lines: int
    amount_fen_max: int
    name_bytes_max: int
    purpose_bytes_max: int
    bank_name_bytes_max: int
    forbidden_in_text: str
    silence_means: State = State.IN_TRANSIT
    min_lines: int = 1
    reference_max: int = 16
    file_reference_max: int = 35
    account_max: int = 32
    max_reply_bytes: int = 128 * 1024 * 1024
    checks_bank_code: bool = True
    file_amount_fen_max: int | None = None  # Money in one file.
    # How long a file may be at the bank without being seen: until then "nowhere" proves nothing.
    absence_counts_after_seconds: int = 1800
    cut_off: time | None = None  # Local time after which a file is executed the next bank day.
    max_lines_per_block: int | None = None  # Payments in one block of the file (PmtInf).
    # For banks that lay nothing out: how often they may be asked what became of a file, for how long.
    asked_every_seconds: int | None = None
    asked_for_days: int = 31
    cancellation_format: str = ""  # In what form it takes requests to cancel; "": by letter only.
    carries: frozenset[str] = ALL_FIELDS  # Which fields of an Instruction stand in the file.
    numbers_files: bool = False  # The file's name carries its number among the day's files.
    folders: RemoteFolders = attribute(default_factory=RemoteFolders)
    # The data file it was made of, whole, so that it can be kept and read with later; "": it is code.
    definition: str = attribute(default="", repr=False)


class CannotWrite(ValueError):
    """The file cannot be written as asked; `faults` says everything that is wrong."""

    def __init__(self, file_reference: str, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        tally = Counter(fault.code for fault in faults)
        told = ", ".join(f"{code} ×{count}" for code, count in sorted(tally.items()))
        super().__init__(f"Bank file {file_reference!r} cannot be written: {told}.")


class BankAdapter(Protocol):
    """One bank: how to write for it, how to read what it sends."""

    @property
    def profile(self) -> BankProfile:
        """Limits and agreements of this bank."""

    def check(self, instruction: Instruction) -> list[Fault]:
        """Return every reason why this line could not be sent (`fatal`), and every warning."""

    def write(self, header: FileHeader, instructions: Sequence[Instruction]) -> WrittenFile:
        """Write one file; the same input gives the same bytes. Raises CannotWrite."""

    def read_reply(self, name: str, content: bytes) -> Reply:
        """Read the bank's answer to one file. Never raises for what the bank sent."""

    def read_statement(self, content: bytes) -> StatementFile:
        """Read account statements. Never raises for what the bank sent."""

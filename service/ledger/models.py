"""What the ledger keeps: accounts, entries, postings, appropriations and the banks' debit accounts."""

from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Date,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column

from service.foundation import ids
from service.foundation.database import Base

KINDS = (
    "authority",
    "available",
    "commitments",
    "in_transit",
    "settled",
    "returned_held",
    "bank_cash",
    "bank_clearing",
    "treasury_funding",
    "unidentified_receipts",
    "recovery_receivable",
    "written_off",
    "receipts_written_off",
    "due_to_treasury",
)


class LedgerAccount(Base):
    """An account: a kind, for a programme and/or a bank channel, or for where a programme's money is from."""

    __tablename__ = "ledger_accounts"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    code: Mapped[str] = mapped_column(Text, unique=True)
    """``kind[:channel][:programme][:fund source]``, for example ``in_transit:ccb:MZ15``."""
    kind: Mapped[str] = mapped_column(Text)
    programme: Mapped[str | None] = mapped_column(Text)
    channel: Mapped[str | None] = mapped_column(Text)
    fund_source: Mapped[str | None] = mapped_column(Text)


class LedgerEntry(Base):
    """One event of money, posted once. ``at`` is when we knew, the two days are the bank's clocks."""

    __tablename__ = "ledger_entries"
    __table_args__ = (
        UniqueConstraint("event_type", "event_id"),
        Index("ix_ledger_entries_at", "at"),
        Index("ix_ledger_entries_booked_on", "booked_on"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    number: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    """The order of posting, given by the database: no clock that jumps changes it."""
    event_type: Mapped[str] = mapped_column(Text)
    event_id: Mapped[str] = mapped_column(Text)
    booked_on: Mapped[date]
    value_on: Mapped[date | None]
    """The day from which the money counts; None is the day of booking."""
    at: Mapped[datetime]
    channel: Mapped[str | None] = mapped_column(Text)
    """The bank it is about, also where none of its accounts is a bank's."""
    reverses_id: Mapped[UUID | None] = mapped_column(ForeignKey("ledger_entries.id"), unique=True)
    """The entry that this one takes back, whole; each is taken back once."""
    reason: Mapped[str | None] = mapped_column(Text)
    made_in: Mapped[int] = mapped_column(BigInteger, server_default="0")
    """The transaction that posted it, set by the database: no side is added in another."""


class LedgerPosting(Base):
    """One side of an entry: debit positive, credit negative."""

    __tablename__ = "ledger_postings"
    __table_args__ = (
        CheckConstraint("amount_fen <> 0", name="not_zero"),
        Index("ix_ledger_postings_entry_id", "entry_id"),
        Index("ix_ledger_postings_account_id", "account_id"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("ledger_entries.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("ledger_accounts.id"))
    amount_fen: Mapped[int]


class Appropriation(Base):
    """What a programme may cost in a year; approvals can never commit more."""

    __tablename__ = "appropriations"
    __table_args__ = (
        UniqueConstraint("programme", "year"),
        CheckConstraint("committed_fen BETWEEN 0 AND amount_fen", name="within_amount"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    programme: Mapped[str] = mapped_column(Text)
    year: Mapped[int]
    fund_source: Mapped[str] = mapped_column(Text)
    amount_fen: Mapped[int]
    committed_fen: Mapped[int] = mapped_column(server_default="0")


class AppropriationSource(Base):
    """What one source (central, provincial, county) gives of a programme's year."""

    __tablename__ = "appropriation_sources"
    __table_args__ = (
        CheckConstraint("amount_fen >= 0", name="not_negative"),
        CheckConstraint("year_end IN ('carried_over', 'treasury')", name="year_end"),
    )

    appropriation_id: Mapped[UUID] = mapped_column(
        ForeignKey("appropriations.id"), primary_key=True
    )
    fund_source: Mapped[str] = mapped_column(Text, primary_key=True)
    amount_fen: Mapped[int]
    year_end: Mapped[str] = mapped_column(Text, server_default="carried_over")
    """What becomes of its returned money when the year is over: carried_over, or treasury."""


class BankChannel(Base):
    """A bank that pays for the county: which account it debits, and what its files can carry."""

    __tablename__ = "bank_channels"
    __table_args__ = (
        CheckConstraint("kind IN ('sftp', 'https', 'folder')", name="kind"),
        CheckConstraint(
            "kind <> 'https' OR (url LIKE 'https://%' AND certificate_sha256 <> '')",
            name="https_is_pinned",
        ),
        CheckConstraint(
            "client_certificate = '' OR client_key_sealed IS NOT NULL",
            name="certificate_has_its_key",
        ),
        CheckConstraint("cut_off_apart_seconds BETWEEN 0 AND 3600", name="cut_off_apart_seconds"),
        CheckConstraint("late_file IN ('next_day', 'refused')", name="late_file"),
        CheckConstraint("lines_a_day_max > 0", name="lines_a_day_max"),
        CheckConstraint("files_a_day_max > 0", name="files_a_day_max"),
        CheckConstraint("fen_a_day_max > 0", name="fen_a_day_max"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    code: Mapped[str] = mapped_column(Text, unique=True)
    """Short and spoken: ``ccb``, ``rural``."""
    name: Mapped[str] = mapped_column(Text)
    profile: Mapped[str] = mapped_column(Text)
    """The bank adapter's profile, for example ``pain.001.001.09``."""
    charset: Mapped[str] = mapped_column(Text)
    """The characters the bank's core system can hold; a name outside it is held, never changed."""
    name_bytes_max: Mapped[int]
    bank_code_prefixes: Mapped[str] = mapped_column(Text)
    """Comma-separated prefixes of 12-digit bank codes this channel pays; empty takes the rest."""
    debtor_name: Mapped[str] = mapped_column(Text)
    debtor_account: Mapped[str] = mapped_column(Text)
    """The county's own account at the bank: not a person's."""
    debtor_bank_code: Mapped[str] = mapped_column(Text)
    host: Mapped[str] = mapped_column(Text)
    port: Mapped[int]
    host_key: Mapped[str] = mapped_column(Text)
    """The bank's public host key in OpenSSH format; any other is refused."""
    username: Mapped[str] = mapped_column(Text)
    secret_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    """Password, sealed for place ``bank_channels:secret:<code>``."""
    kind: Mapped[str] = mapped_column(Text, server_default="sftp")
    """What carries the bytes: ``sftp``, ``https`` or ``folder``."""
    url: Mapped[str] = mapped_column(Text, server_default="")
    """Where an ``https`` channel's requests are posted, this host and no other; a ``folder``'s path."""
    certificate_sha256: Mapped[str] = mapped_column(Text, server_default="")
    """SHA-256 of the server's certificate in hex, two with a space between while it is renewed."""
    customer_certificate: Mapped[str] = mapped_column(Text, server_default="")
    """By which the bank knows our signing certificate; empty where it does not ask."""
    client_certificate: Mapped[str] = mapped_column(Text, server_default="")
    """PEM of what we show at a bank that knows its customers by their certificate; empty where not."""
    client_key_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Its private key, sealed for place ``bank_channels:client_key:<code>``."""
    absence_seconds: Mapped[int] = mapped_column(server_default="1800")
    """How long after an attempt a file that is seen nowhere at the bank may still turn up."""
    cut_off: Mapped[time | None]
    """Shanghai time until which a file is executed the same day; null: until midnight."""
    cut_off_apart_seconds: Mapped[int] = mapped_column(server_default="300")
    """How far the bank's clock and ours may be apart around the cut-off, a file's way included."""
    executes_every_day: Mapped[bool] = mapped_column(server_default=false())
    closed_days: Mapped[list[date]] = mapped_column(ARRAY(Date), server_default="{}")
    """Days of its own on which the bank executes nothing."""
    takes_ahead: Mapped[bool] = mapped_column(server_default=false())
    """Whether the bank keeps a file for a later day that it names; else it is given it on the day."""
    late_file: Mapped[str] = mapped_column(Text, server_default="next_day")
    """What the bank does with a file that comes after the day it names: next_day or refused."""
    lines_a_day_max: Mapped[int | None]
    """The three limits hold for one day's files of the debit account together."""
    files_a_day_max: Mapped[int | None]
    fen_a_day_max: Mapped[int | None]
    reply_days: Mapped[int] = mapped_column(server_default="1")
    """Working days after a file's day by which the bank has answered it."""
    statement_days: Mapped[int] = mapped_column(server_default="1")
    """Working days after a day by which its statement has come."""
    answers_by: Mapped[time] = mapped_column(server_default="18:00")
    """Until when on that day, on the county's clock."""

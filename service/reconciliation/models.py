"""What is kept about banks' files, their lines, statements and bank days."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from service.foundation import ids
from service.foundation.database import Base
from service.foundation.said import Said


class InboundFile(Base):
    """A file a bank gave us, kept whole, with everything that is wrong with it."""

    __tablename__ = "inbound_files"
    __table_args__ = (
        UniqueConstraint("channel_id", "sha256"),
        CheckConstraint("kind IN ('reply', 'statement')", name="kind"),
        CheckConstraint("state IN ('applied', 'quarantined')", name="state"),
        Index(
            "ix_inbound_files_message_id",
            "channel_id",
            "message",
            "message_id",
            postgresql_where=text("message_id <> ''"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    channel_id: Mapped[UUID] = mapped_column(ForeignKey("bank_channels.id"))
    kind: Mapped[str] = mapped_column(Text)
    file_name: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(Text)
    content_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    """The bytes in base64, sealed for place ``inbound_files:content:<id>``."""
    state: Mapped[str] = mapped_column(Text)
    bank_file_id: Mapped[UUID | None] = mapped_column(ForeignKey("bank_files.id"))
    faults: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    """[{code, line, field, sentence, sentence_zh, fatal}] – no values."""
    received_at: Mapped[datetime]
    received_by: Mapped[str] = mapped_column(Text)
    times_seen: Mapped[int] = mapped_column(server_default="1")
    message: Mapped[str] = mapped_column(Text, server_default="")
    """pain.002, camt.054 and so on, recognised by content; "" for the bank's own format."""
    message_id: Mapped[str] = mapped_column(Text, server_default="")
    """The bank's own id of the message; "" where its format has none."""
    conflicts_with_id: Mapped[UUID | None] = mapped_column(ForeignKey("inbound_files.id"))
    """The file that came before under the same id with other bytes."""


class ReplyLine(Base):
    """What one line of a reply said about one payment, and what we did with it."""

    __tablename__ = "reply_lines"
    __table_args__ = (
        Index("ix_reply_lines_payment_id", "payment_id"),
        Index("ix_reply_lines_inbound_file_id", "inbound_file_id"),
        Index(
            "ix_reply_lines_bank_reference",
            "bank_reference",
            postgresql_where=text("bank_reference <> ''"),
        ),
        Index(
            "ix_reply_lines_left_lying",
            "id",
            postgresql_where=text("outcome NOT IN ('moved', 'unchanged', 'duplicate_line')"),
        ),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    inbound_file_id: Mapped[UUID] = mapped_column(ForeignKey("inbound_files.id"))
    line: Mapped[int | None]
    reference: Mapped[str] = mapped_column(Text)
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("payments.id"))
    said: Mapped[str] = mapped_column(Text)
    """paid, rejected, returned, in_transit or unknown."""
    outcome: Mapped[str] = mapped_column(Text)
    """moved, unchanged, duplicate_line; or what left it lying: amount_mismatch, account_mismatch,
    name_mismatch, duplicate_conflict, unknown_code, unknown_reference, wrong_file, contradiction."""
    amount_fen: Mapped[int | None]
    code: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Said)
    matched_by: Mapped[str] = mapped_column(Text, server_default="reference")
    """reference, line, bank_reference, damaged, or "" where nothing matched."""
    bank_reference: Mapped[str] = mapped_column(Text, server_default="")


class FileControl(Base):
    """Where a bank file stood after something moved its payments: the database adds it up."""

    __tablename__ = "file_controls"
    __table_args__ = (
        CheckConstraint(
            "sent_count = paid_count + failed_count + returned_count + in_transit_count",
            name="count_adds_up",
        ),
        CheckConstraint(
            "sent_fen = paid_fen + failed_fen + returned_fen + in_transit_fen",
            name="fen_adds_up",
        ),
    )

    bank_file_id: Mapped[UUID] = mapped_column(ForeignKey("bank_files.id"), primary_key=True)
    inbound_file_id: Mapped[UUID] = mapped_column(ForeignKey("inbound_files.id"), primary_key=True)
    """What moved them."""
    at: Mapped[datetime]
    sent_count: Mapped[int]
    sent_fen: Mapped[int]
    paid_count: Mapped[int]
    paid_fen: Mapped[int]
    failed_count: Mapped[int]
    failed_fen: Mapped[int]
    returned_count: Mapped[int]
    returned_fen: Mapped[int]
    in_transit_count: Mapped[int]
    in_transit_fen: Mapped[int]


class BankStatement(Base):
    """One account's bank day as the bank states it; in force until a `StatementReplacement` names it."""

    __tablename__ = "bank_statements"
    __table_args__ = (UniqueConstraint("channel_id", "statement_id", "booked_on", "version_no"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    inbound_file_id: Mapped[UUID] = mapped_column(ForeignKey("inbound_files.id"))
    channel_id: Mapped[UUID] = mapped_column(ForeignKey("bank_channels.id"))
    statement_id: Mapped[str] = mapped_column(Text)
    number: Mapped[int | None]
    booked_on: Mapped[date]
    opening_fen: Mapped[int]
    closing_fen: Mapped[int]
    version_no: Mapped[int] = mapped_column(server_default="1")
    """Goes up each time the bank corrects the statement and two people take the corrected one."""


class StatementReplacement(Base):
    """A statement in whose place a corrected one stands: two people wanted it, nothing was deleted."""

    __tablename__ = "statement_replacements"

    statement_id: Mapped[UUID] = mapped_column(ForeignKey("bank_statements.id"), primary_key=True)
    by_file_id: Mapped[UUID] = mapped_column(ForeignKey("inbound_files.id"))
    """The file that brought the corrected statement."""
    ask_id: Mapped[UUID] = mapped_column(ForeignKey("finance_asks.id"))
    replaced_at: Mapped[datetime]


class StatementLine(Base):
    """One booked movement, and which of our things it was matched to."""

    __tablename__ = "statement_lines"
    __table_args__ = (
        UniqueConstraint("statement_id", "ordinal"),
        Index(
            "ix_statement_lines_payment_id",
            "payment_id",
            postgresql_where=text("payment_id IS NOT NULL"),
        ),
        Index(
            "ix_statement_lines_unidentified",
            "id",
            postgresql_where=text("matched = 'unidentified'"),
        ),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    statement_id: Mapped[UUID] = mapped_column(ForeignKey("bank_statements.id"))
    ordinal: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    signed_fen: Mapped[int]
    reference: Mapped[str] = mapped_column(Text)
    file_reference: Mapped[str] = mapped_column(Text)
    bank_reference: Mapped[str] = mapped_column(Text)
    reason_code: Mapped[str] = mapped_column(Text)
    matched: Mapped[str] = mapped_column(Text)
    """file, return, return_undone or unidentified."""
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("payments.id"))
    value_on: Mapped[date | None]
    """The value date, where it is not the statement's day and the bank names one."""


class BankDay(Base):
    """One closing of a bank account's day: statement and ledger agreed to the fen.

    In force until a row of `BankDayReopening` names it; then the day may be closed again.
    """

    __tablename__ = "bank_days"
    __table_args__ = (UniqueConstraint("channel_id", "day", "closing_no"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    channel_id: Mapped[UUID] = mapped_column(ForeignKey("bank_channels.id"))
    day: Mapped[date]
    closing_no: Mapped[int] = mapped_column(server_default="1")
    statement_id: Mapped[UUID] = mapped_column(ForeignKey("bank_statements.id"))
    opening_fen: Mapped[int | None]
    closing_fen: Mapped[int]
    figures: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    """{what moved: [movements, fen]} as the statement had it."""
    through_number: Mapped[int] = mapped_column(server_default="0")
    """The last ledger entry that was in it: what came later changed the day."""
    closed_at: Mapped[datetime]
    closed_by: Mapped[str] = mapped_column(Text)


class BankDayReopening(Base):
    """A closing that two people took back, later days first."""

    __tablename__ = "bank_day_reopenings"

    bank_day_id: Mapped[UUID] = mapped_column(ForeignKey("bank_days.id"), primary_key=True)
    ask_id: Mapped[UUID] = mapped_column(ForeignKey("finance_asks.id"))
    reopened_at: Mapped[datetime]


class LateAnswer(Base):
    """A reply or statement that had not come by its time, when it was noticed."""

    __tablename__ = "late_answers"
    __table_args__ = (
        UniqueConstraint("channel_id", "kind", "about"),
        CheckConstraint("kind IN ('reply', 'statement')", name="kind"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    channel_id: Mapped[UUID] = mapped_column(ForeignKey("bank_channels.id"))
    kind: Mapped[str] = mapped_column(Text)
    about: Mapped[str] = mapped_column(Text)
    """The reference of the file without a reply, or the day without a statement."""
    due_at: Mapped[datetime]
    raised_at: Mapped[datetime]

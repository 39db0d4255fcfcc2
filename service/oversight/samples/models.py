"""What is kept about a sample: what was committed, what it was drawn from, and what was found in its lines."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    LargeBinary,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from service.foundation import ids
from service.foundation.database import Base
from service.foundation.said import Said


class AuditSample(Base):
    """One sample; its plan never changes, what it was drawn from is written once."""

    __tablename__ = "audit_samples"
    __table_args__ = (
        UniqueConstraint("number"),
        CheckConstraint("method IN ('simple', 'stratified', 'money_unit')", name="method"),
        CheckConstraint("size > 0", name="size"),
        CheckConstraint("(seed IS NULL) = (checkpoint_size IS NULL)", name="drawn_whole"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    number: Mapped[int] = mapped_column(Identity())
    programme: Mapped[str] = mapped_column(Text)
    month: Mapped[str] = mapped_column(Text)
    township: Mapped[str] = mapped_column(Text, server_default="")
    """Nine digits: only lines of this township; empty: of the whole county."""
    method: Mapped[str] = mapped_column(Text)
    size: Mapped[int]
    population: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    """zlib over ``number fen township`` a line, in order of number: frozen when it was planned."""
    population_digest: Mapped[str] = mapped_column(Text)
    """SHA-256 of that text."""
    population_count: Mapped[int]
    population_fen: Mapped[int]
    commitment: Mapped[str] = mapped_column(Text)
    """SHA-256 of the auditor's nonce, which nobody else knows until it is drawn."""
    entry_id: Mapped[UUID]
    """The entry of the trail that committed to all of the above."""
    planned_by: Mapped[UUID] = mapped_column(ForeignKey("officers.id"))
    planned_at: Mapped[datetime]
    nonce: Mapped[str | None] = mapped_column(Text)
    checkpoint_size: Mapped[int | None]
    """Of the first checkpoint that covers the entry."""
    seed: Mapped[str | None] = mapped_column(Text)
    drawn_at: Mapped[datetime | None]

    @property
    def sample_no(self) -> str:
        """What people call it: ``S000012``."""
        return f"S{self.number or 0:06d}"


class SampleLine(Base):
    """One drawn line; never changed."""

    __tablename__ = "sample_lines"

    sample_id: Mapped[UUID] = mapped_column(ForeignKey("audit_samples.id"), primary_key=True)
    payment_id: Mapped[int] = mapped_column(
        ForeignKey("payments.id"), primary_key=True, autoincrement=False
    )
    fen: Mapped[int]
    is_certain: Mapped[bool]


class SampleAsk(Base):
    """That an auditor asked for the evidence of a drawn line, before judging it; never changed."""

    __tablename__ = "sample_asks"
    __table_args__ = (
        ForeignKeyConstraint(
            ["sample_id", "payment_id"], ["sample_lines.sample_id", "sample_lines.payment_id"]
        ),
    )

    sample_id: Mapped[UUID] = mapped_column(primary_key=True)
    payment_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    note: Mapped[str] = mapped_column(Said)
    """What was asked for, and of whom."""
    officer_id: Mapped[UUID] = mapped_column(ForeignKey("officers.id"))
    at: Mapped[datetime]


class SampleLook(Base):
    """What an auditor found in a drawn line; said once and never changed."""

    __tablename__ = "sample_looks"
    __table_args__ = (
        CheckConstraint("outcome IN ('agrees', 'error', 'missing')", name="outcome"),
        CheckConstraint("(outcome = 'agrees') = (error_fen = 0)", name="error"),
    )

    sample_id: Mapped[UUID] = mapped_column(ForeignKey("audit_samples.id"), primary_key=True)
    payment_id: Mapped[int] = mapped_column(
        ForeignKey("payments.id"), primary_key=True, autoincrement=False
    )
    outcome: Mapped[str] = mapped_column(Text)
    error_fen: Mapped[int]
    """Paid too much (negative: too little); the whole line where evidence is missing."""
    note: Mapped[str] = mapped_column(Said)
    officer_id: Mapped[UUID] = mapped_column(ForeignKey("officers.id"))
    at: Mapped[datetime]

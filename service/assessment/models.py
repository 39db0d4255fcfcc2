"""What is kept about an assessment and its decisions."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, Text, UniqueConstraint, false
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from service.foundation import ids
from service.foundation.database import Base


class Assessment(Base):
    """One run of one rule set over one snapshot; the same two give the same digest."""

    __tablename__ = "assessments"
    __table_args__ = (UniqueConstraint("snapshot_id", "rule_digest"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    month: Mapped[str] = mapped_column(Text)
    snapshot_id: Mapped[UUID] = mapped_column(ForeignKey("snapshots.id"))
    rule_digest: Mapped[str] = mapped_column(ForeignKey("rule_set_versions.digest"))
    digest: Mapped[str] = mapped_column(Text)
    """SHA-256 in hex over the SHA-256 of what the outcome files say, by name."""
    folder: Mapped[str] = mapped_column(Text)
    files: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """{file name: {says: SHA-256 before, sha256: after encryption, key_version}}"""
    counts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """{programme: {due, not_due, unknown, amount_fen}}"""
    assessed_at: Mapped[datetime]


class Decision(Base):
    """What was decided about one subject and programme: kept as a row when due, unknown or stopped."""

    __tablename__ = "decisions"
    __table_args__ = (
        Index("uq_decisions_subject", "assessment_id", "programme", "subject_id", unique=True),
        Index("ix_decisions_payee", "payee_person_id"),
        CheckConstraint("outcome IN ('due', 'not_due', 'unknown')", name="outcome"),
        CheckConstraint("(outcome = 'due') = (amount_fen IS NOT NULL)", name="amount_when_due"),
        CheckConstraint("amount_fen > 0", name="amount_positive"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    assessment_id: Mapped[UUID] = mapped_column(ForeignKey("assessments.id"))
    programme: Mapped[str] = mapped_column(Text)
    period: Mapped[str] = mapped_column(Text)
    """What the payment is for: a month (2026-10) or a year (2026)."""
    subject_kind: Mapped[str] = mapped_column(Text)
    subject_id: Mapped[int]
    payee_person_id: Mapped[int | None]
    division: Mapped[str | None] = mapped_column(Text)
    outcome: Mapped[str] = mapped_column(Text)
    amount_fen: Mapped[int | None]
    is_office_late: Mapped[bool] = mapped_column(server_default=false())
    """Due only because the law's deadline counts where the office decided after it (补发-机关原因)."""
    held_mask: Mapped[int]
    unknown_mask: Mapped[int]

"""What is kept about standing queries: each run, each hit for as long as it stood, and what was set aside."""

from datetime import datetime
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


class StandingRun(Base):
    """One run of one query; never changed."""

    __tablename__ = "standing_runs"
    __table_args__ = (UniqueConstraint("query", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    query: Mapped[str] = mapped_column(Text)
    """A code of `oversight.standing.catalogue.BY_CODE`."""
    number: Mapped[int]
    """Counts the runs of the query, from 1."""
    version: Mapped[int]
    query_digest: Mapped[str] = mapped_column(Text)
    """SHA-256 of what was asked: a changed query cannot pass for the old one."""
    hits_digest: Mapped[str] = mapped_column(Text)
    """SHA-256 over the evidence digests of every hit, by subject."""
    as_of: Mapped[datetime]
    """The instant of the snapshot of the database that was read."""
    asked_by: Mapped[str] = mapped_column(Text)
    kept_at: Mapped[datetime]
    took_ms: Mapped[int]
    found: Mapped[int]
    """How many hits; more than `engine.HITS_MAX` are counted and not kept."""
    new: Mapped[int]
    changed: Mapped[int]
    still: Mapped[int]
    gone: Mapped[int]
    amount_fen: Mapped[int]


class StandingHit(Base):
    """A hit with the same evidence, from the run that first found it to the one that no longer did."""

    __tablename__ = "standing_hits"
    __table_args__ = (
        Index(
            "uq_standing_hits_there",
            "query",
            "subject",
            unique=True,
            postgresql_where=text("gone_run IS NULL"),
        ),
        Index("ix_standing_hits_query", "query", "first_run"),
        CheckConstraint("severity IN ('high', 'medium', 'low')", name="severity"),
        CheckConstraint("gone_run > first_run", name="in_order"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    query: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)
    """``kind:id`` of what it is about."""
    version: Mapped[int]
    severity: Mapped[str] = mapped_column(Text)
    amount_fen: Mapped[int]
    evidence: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """References, codes, dates and counts; no name and no number of a card."""
    evidence_digest: Mapped[bytes] = mapped_column(LargeBinary)
    """SHA-256 of subject, amount and evidence."""
    first_run: Mapped[int]
    """The number of the run that first saw this evidence."""
    gone_run: Mapped[int | None]
    """The first run that did not see it any more; None while it is there."""
    is_changed: Mapped[bool]
    """Whether the run before saw the same subject with other evidence."""


class StandingAside(Base):
    """That an auditor called a hit a false alarm: for this evidence only; other evidence is a new hit."""

    __tablename__ = "standing_asides"

    hit_id: Mapped[int] = mapped_column(
        ForeignKey("standing_hits.id"), primary_key=True, autoincrement=False
    )
    reason: Mapped[str] = mapped_column(Said)
    officer_id: Mapped[UUID] = mapped_column(ForeignKey("officers.id"))
    at: Mapped[datetime]

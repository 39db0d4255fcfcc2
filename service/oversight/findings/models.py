"""What is kept about a finding: what it is, where it stands, and everything that was said about it."""

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from service.audit.moves import Movable, Moves
from service.foundation.database import Base
from service.foundation.said import Said
from service.oversight.findings.lifecycle import FINDING_MOVES


class AuditFinding(Movable):
    """One finding, put to one office with a day by which it answers."""

    __tablename__ = "audit_findings"
    moves: ClassVar[Moves] = FINDING_MOVES
    __table_args__ = (
        UniqueConstraint("number"),
        CheckConstraint("severity IN ('high', 'medium', 'low')", name="severity"),
        CheckConstraint("origin IN ('hit', 'sample', 'timeline', 'hand')", name="origin"),
        CheckConstraint("(origin = 'hit') = (hit_id IS NOT NULL)", name="from_hit"),
        CheckConstraint("state <> 'closed' OR closed_by IS NOT NULL", name="closed_by_somebody"),
        # What is grave is not closed by whoever opened it.
        CheckConstraint("severity <> 'high' OR closed_by <> opened_by", name="two_people"),
        Index("ix_audit_findings_organisation", "organisation", "state", "due_on"),
        Index("ix_audit_findings_opened_at", "opened_at"),
    )

    number: Mapped[int] = mapped_column(Identity())
    severity: Mapped[str] = mapped_column(Text)
    sentence: Mapped[str] = mapped_column(Said)
    origin: Mapped[str] = mapped_column(Text)
    """hit of a standing query, line of a sample, timeline of a payment, or by hand."""
    hit_id: Mapped[int | None] = mapped_column(ForeignKey("standing_hits.id"))
    evidence: Mapped[list[Any]] = mapped_column(JSONB)
    """[{kind, id}] of what it rests on: lines, lists, entries of the trail, cases, objections."""
    amount_fen: Mapped[int]
    """How much money it is about; 0 where it is about none."""
    organisation: Mapped[str] = mapped_column(ForeignKey("organisations.name", onupdate="CASCADE"))
    due_on: Mapped[date]
    """The last day to answer."""
    opened_by: Mapped[UUID] = mapped_column(ForeignKey("officers.id"))
    opened_at: Mapped[datetime]
    closed_by: Mapped[UUID | None] = mapped_column(ForeignKey("officers.id"))
    closed_at: Mapped[datetime | None]
    escalated_at: Mapped[datetime | None]
    escalated_to: Mapped[str | None] = mapped_column(
        ForeignKey("organisations.name", onupdate="CASCADE")
    )
    """The office above, which sees to it from then on."""

    @property
    def finding_no(self) -> str:
        """Printed and spoken: ``A000123``."""
        return f"A{self.number or 0:06d}"

    @property
    def spoken_name(self) -> str:
        return self.finding_no


NOTE_KINDS = (
    "opened",
    "answer",
    "measure",
    "more_time",
    "time_given",
    "returned",
    "accepted",
    "closed",
    "withdrawn",
    "escalated",
)


class FindingNote(Base):
    """One thing that was said or done about a finding; never changed."""

    __tablename__ = "finding_notes"
    __table_args__ = (
        CheckConstraint(
            "kind IN (" + ", ".join(f"'{kind}'" for kind in NOTE_KINDS) + ")", name="kind"
        ),
        Index("ix_finding_notes_finding_id", "finding_id", "id"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    finding_id: Mapped[UUID] = mapped_column(ForeignKey("audit_findings.id"))
    kind: Mapped[str] = mapped_column(Text)
    said: Mapped[str] = mapped_column(Said)
    links: Mapped[list[Any]] = mapped_column(JSONB, server_default="[]")
    """[{kind, id}] of what was done: recoveries, objections, lists, lines."""
    due_on: Mapped[date | None]
    """The day that was asked for, or given."""
    officer_id: Mapped[UUID | None] = mapped_column(ForeignKey("officers.id"))
    """None where the system said it (escalated)."""
    at: Mapped[datetime]

"""What is kept about assignments, the task of each exception, answers, and decisions on many at once."""

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from service.audit.moves import Moves
from service.batches.exceptions.lifecycle import TASK_MOVES
from service.foundation.database import Base
from service.foundation.said import Said


class ExceptionAssignment(Base):
    """One act of giving exceptions to one office; it is printed, and never changed."""

    __tablename__ = "exception_assignments"

    number: Mapped[int] = mapped_column(Identity(), primary_key=True)
    organisation: Mapped[str] = mapped_column(ForeignKey("organisations.name", onupdate="CASCADE"))
    given_by: Mapped[UUID] = mapped_column(ForeignKey("officers.id"))
    given_at: Mapped[datetime]
    note: Mapped[str] = mapped_column(Said)
    answerable: Mapped[list[Any]] = mapped_column(JSONB)
    """The ids of the office's officers who could answer when it was given."""
    count: Mapped[int]
    amount_fen: Mapped[int]
    digest: Mapped[str] = mapped_column(Text)
    """SHA-256 over the exceptions' keys in order, one a line."""

    @property
    def assignment_no(self) -> str:
        """What officers call it, such as ``T000123``."""
        return f"T{self.number:06d}"


class ExceptionTask(Base):
    """One exception that one office has to answer by a day.

    Exactly one of ``hold_id`` and ``finding_id`` is set; one task of an exception is not withdrawn.
    """

    __tablename__ = "exception_tasks"
    moves: ClassVar[Moves] = TASK_MOVES
    __table_args__ = (
        CheckConstraint("(hold_id IS NULL) <> (finding_id IS NULL)", name="one_exception"),
        Index(
            "uq_exception_tasks_hold",
            "hold_id",
            unique=True,
            postgresql_where=text("state <> 'withdrawn'"),
        ),
        Index(
            "uq_exception_tasks_finding",
            "finding_id",
            unique=True,
            postgresql_where=text("state <> 'withdrawn'"),
        ),
        Index("ix_exception_tasks_organisation", "organisation", "state", "due_on"),
        Index("ix_exception_tasks_assignment", "assignment"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    state: Mapped[str] = mapped_column(Text)
    hold_id: Mapped[int | None] = mapped_column(ForeignKey("payment_holds.id"))
    finding_id: Mapped[int | None] = mapped_column(ForeignKey("batch_findings.id"))
    assignment: Mapped[int] = mapped_column(ForeignKey("exception_assignments.number"))
    organisation: Mapped[str] = mapped_column(ForeignKey("organisations.name", onupdate="CASCADE"))
    due_on: Mapped[date]
    """The last day to answer."""
    remind_on: Mapped[date]
    reminded_at: Mapped[datetime | None]
    escalated_at: Mapped[datetime | None]
    escalated_to: Mapped[str | None] = mapped_column(
        ForeignKey("organisations.name", onupdate="CASCADE")
    )
    """The office above, which sees to it from then on."""

    @property
    def key(self) -> str:
        """Return what the exception is called in addresses."""
        return f"h{self.hold_id}" if self.hold_id is not None else f"f{self.finding_id}"


class ExceptionAnswer(Base):
    """What an office found about one exception; never changed, and it clears nothing."""

    __tablename__ = "exception_answers"
    __table_args__ = (
        CheckConstraint("outcome IN ('confirmed', 'corrected', 'not_found')", name="outcome"),
        Index("ix_exception_answers_task_id", "task_id"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("exception_tasks.id"))
    outcome: Mapped[str] = mapped_column(Text)
    said: Mapped[str] = mapped_column(Said)
    """What was found, and how."""
    evidence: Mapped[str] = mapped_column(Said)
    """What it rests on: a visit, a document and where it lies."""
    answered_by: Mapped[UUID] = mapped_column(ForeignKey("officers.id"))
    answered_at: Mapped[datetime]


class ExceptionDecision(Base):
    """Many holds cleared by one act, with the one reason; never changed."""

    __tablename__ = "exception_decisions"

    number: Mapped[int] = mapped_column(Identity(), primary_key=True)
    decided_by: Mapped[UUID] = mapped_column(ForeignKey("officers.id"))
    decided_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(Said)
    mark: Mapped[str] = mapped_column(Text)
    """The mark of the preview that was confirmed."""
    count: Mapped[int]
    lines: Mapped[int]
    amount_fen: Mapped[int]
    digest: Mapped[str] = mapped_column(Text)
    """SHA-256 over the holds' keys in order, one a line; the holds are ``exception_decided``."""

    @property
    def decision_no(self) -> str:
        """What officers call it, such as ``J000123``."""
        return f"J{self.number:06d}"


class ExceptionDecided(Base):
    """One hold that a decision on many cleared."""

    __tablename__ = "exception_decided"

    decision: Mapped[int] = mapped_column(
        ForeignKey("exception_decisions.number"), primary_key=True, autoincrement=False
    )
    hold_id: Mapped[int] = mapped_column(
        ForeignKey("payment_holds.id"), primary_key=True, autoincrement=False
    )

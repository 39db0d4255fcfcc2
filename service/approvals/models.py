"""What is kept about sign-offs: the chains in force, a batch's steps, who took them and for whom."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from service.foundation import ids
from service.foundation.database import Base
from service.foundation.said import Said


class ChainSet(Base):
    """A county's chains as they were written; the newest is in force, none is ever changed."""

    __tablename__ = "approval_chain_sets"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    digest: Mapped[str] = mapped_column(Text)
    """SHA-256 of ``content`` in hex."""
    content: Mapped[str] = mapped_column(Text)
    """The YAML text itself, comments included."""
    put_at: Mapped[datetime]
    put_by: Mapped[str] = mapped_column(Text)


class ApprovalStep(Base):
    """One step that a batch's round has to take, laid when the list is frozen, never edited.

    Steps of one position are taken side by side: a township's first review is one row a township.
    """

    __tablename__ = "approval_steps"
    __table_args__ = (
        CheckConstraint("kind IN ('approve', 'sign')", name="kind"),
        CheckConstraint("needed BETWEEN 1 AND 9", name="needed"),
        CheckConstraint("days BETWEEN 1 AND 60", name="days"),
        CheckConstraint("position > 0", name="position"),
    )

    batch_id: Mapped[UUID] = mapped_column(ForeignKey("batches.id"), primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    division: Mapped[str] = mapped_column(Text, primary_key=True)
    """The township's leading digits where each township takes the step; "" for the whole list."""
    code: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    """approve, or sign: a signature over the manifest."""
    duty: Mapped[str] = mapped_column(Text)
    organisation: Mapped[str] = mapped_column(Text)
    """What the organisation's name contains; "" for any."""
    needed: Mapped[int]
    """How many different people."""
    days: Mapped[int]
    """Working days from the day the step became possible."""
    escalate_to: Mapped[str] = mapped_column(Text)
    """The duty that hears of it when it is late."""
    name_zh: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str] = mapped_column(Text)
    chain: Mapped[str] = mapped_column(Text)
    chain_digest: Mapped[str] = mapped_column(Text)


class Delegation(Base):
    """An officer is absent on some days; with a delegate, who acts in the own name for the absent."""

    __tablename__ = "approval_delegations"
    __table_args__ = (
        CheckConstraint("delegate_id <> absent_id", name="another_person"),
        CheckConstraint("from_day <= to_day", name="days_in_order"),
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended_by_somebody"),
        Index("ix_approval_delegations_absent_id", "absent_id"),
        Index("ix_approval_delegations_delegate_id", "delegate_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    absent_id: Mapped[UUID] = mapped_column(ForeignKey("officers.id"))
    delegate_id: Mapped[UUID | None] = mapped_column(ForeignKey("officers.id"))
    from_day: Mapped[date]
    to_day: Mapped[date]
    reason: Mapped[str] = mapped_column(Said)
    made_by: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime]
    ended_by: Mapped[str | None] = mapped_column(Text)
    ended_at: Mapped[datetime | None]


class ApprovalAct(Base):
    """Somebody took an approval step over exactly these lines; the key is the rule of one act each."""

    __tablename__ = "approval_acts"
    __table_args__ = (
        ForeignKeyConstraint(
            ["batch_id", "round", "officer_id"],
            ["batch_acts.batch_id", "batch_acts.round", "batch_acts.officer_id"],
            name="fk_approval_acts_batch_acts",
        ),
        ForeignKeyConstraint(
            ["batch_id", "round", "position", "division"],
            [
                "approval_steps.batch_id",
                "approval_steps.round",
                "approval_steps.position",
                "approval_steps.division",
            ],
            name="fk_approval_acts_approval_steps",
        ),
        UniqueConstraint("batch_id", "round", "for_officer_id"),
        CheckConstraint("for_officer_id <> officer_id", name="for_another"),
        CheckConstraint(
            "(for_officer_id IS NULL) = (delegation_id IS NULL)", name="for_by_delegation"
        ),
    )

    batch_id: Mapped[UUID] = mapped_column(primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    officer_id: Mapped[UUID] = mapped_column(primary_key=True)
    position: Mapped[int]
    division: Mapped[str] = mapped_column(Text)
    for_officer_id: Mapped[UUID | None] = mapped_column(ForeignKey("officers.id"))
    delegation_id: Mapped[UUID | None] = mapped_column(ForeignKey("approval_delegations.id"))
    lines_root: Mapped[bytes] = mapped_column(LargeBinary)
    """What was approved; the database refuses any other than the frozen list's."""
    at: Mapped[datetime]


class ApprovalExclusion(Base):
    """An officer who, or whose relative, is paid by the batch: takes none of its steps."""

    __tablename__ = "approval_exclusions"

    batch_id: Mapped[UUID] = mapped_column(ForeignKey("batches.id"), primary_key=True)
    officer_id: Mapped[UUID] = mapped_column(ForeignKey("officers.id"), primary_key=True)
    lines: Mapped[int]
    """How many of the batch's lines; whose they are stays out of it."""
    found_at: Mapped[datetime]

"""What is kept about lines that were left out of a signed list."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from service.foundation import ids
from service.foundation.database import Base
from service.foundation.said import Said


class HoldAct(Base):
    """One act of leaving lines out: two officers with a reason, or the rule about deaths."""

    __tablename__ = "hold_acts"
    __table_args__ = (
        CheckConstraint("(by_id IS NULL) = (and_by_id IS NULL)", name="both"),
        CheckConstraint("by_id <> and_by_id", name="two_people"),
        CheckConstraint("by_id IS NULL OR reason <> ''", name="reason"),
        Index("ix_hold_acts_batch_id", "batch_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    batch_id: Mapped[UUID] = mapped_column(ForeignKey("batches.id"))
    round: Mapped[int]
    by_id: Mapped[UUID | None] = mapped_column(ForeignKey("officers.id"))
    """None: nobody was waited for; each line names the control that found a death."""
    and_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("officers.id"))
    reason: Mapped[str] = mapped_column(Said, server_default="")
    at: Mapped[datetime]


class HeldLine(Base):
    """One line that an act left out of its bank file."""

    __tablename__ = "held_lines"
    __table_args__ = (
        CheckConstraint("(ended_how IS NULL) = (ended_at IS NULL)", name="ended"),
        CheckConstraint("ended_how IN ('released', 'called_back')", name="ended_how"),
        CheckConstraint(
            "ended_how IS DISTINCT FROM 'released' OR (ended_by IS NOT NULL AND ended_reason <> '')",
            name="released_by",
        ),
        Index("ix_held_lines_payment_id", "payment_id"),
        Index("ix_held_lines_bank_file_id", "bank_file_id"),
    )

    hold_id: Mapped[UUID] = mapped_column(ForeignKey("hold_acts.id"), primary_key=True)
    payment_id: Mapped[int] = mapped_column(
        ForeignKey("payments.id"), primary_key=True, autoincrement=False
    )
    bank_file_id: Mapped[UUID] = mapped_column(ForeignKey("bank_files.id"))
    """The signed file that carried it."""
    control: Mapped[str] = mapped_column(Text, server_default="")
    """The control that found a death; "" where officers decided."""
    ended_how: Mapped[str | None] = mapped_column(Text)
    """released: it may be issued again in a later list; called_back: its list was, and asks anew."""
    ended_by: Mapped[UUID | None] = mapped_column(ForeignKey("officers.id"))
    ended_at: Mapped[datetime | None]
    ended_reason: Mapped[str] = mapped_column(Said, server_default="")

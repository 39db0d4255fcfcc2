"""What is kept about whose a receipt is said to be."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from service.foundation import ids
from service.foundation.database import Base
from service.foundation.said import Said


class ReceiptAssignment(Base):
    """One officer's word which payments a receipt gives back; it counts once another confirms it."""

    __tablename__ = "receipt_assignments"
    __table_args__ = (
        Index(
            "uq_receipt_assignments_standing",
            "statement_line_id",
            unique=True,
            postgresql_where=text("state <> 'withdrawn'"),
        ),
        CheckConstraint("state IN ('asked', 'confirmed', 'withdrawn')", name="state"),
        CheckConstraint("(state = 'asked') = (decided_at IS NULL)", name="decided"),
        CheckConstraint("state <> 'confirmed' OR decided_by <> asked_by", name="two_people"),
        CheckConstraint("fee_fen >= 0", name="fee"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    statement_line_id: Mapped[int] = mapped_column(ForeignKey("statement_lines.id"))
    state: Mapped[str] = mapped_column(Text, server_default="asked")
    fee_fen: Mapped[int]
    """What the bank kept of the payments that came back."""
    reason: Mapped[str] = mapped_column(Said)
    asked_by: Mapped[UUID] = mapped_column(ForeignKey("officers.id"))
    asked_at: Mapped[datetime]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("officers.id"))
    decided_at: Mapped[datetime | None]


class ReceiptPart(Base):
    """One payment that a receipt gives back whole."""

    __tablename__ = "receipt_parts"

    assignment_id: Mapped[UUID] = mapped_column(
        ForeignKey("receipt_assignments.id"), primary_key=True
    )
    payment_id: Mapped[int] = mapped_column(ForeignKey("payments.id"), primary_key=True)


class ReplyLineResolution(Base):
    """What became of a line that moved nothing: somebody explained it, or believed it after all."""

    __tablename__ = "reply_line_resolutions"
    __table_args__ = (CheckConstraint("act IN ('explained', 'paid_late')", name="act"),)

    reply_line_id: Mapped[int] = mapped_column(
        ForeignKey("reply_lines.id"), primary_key=True, autoincrement=False
    )
    act: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Said)
    officer_id: Mapped[UUID] = mapped_column(ForeignKey("officers.id"))
    at: Mapped[datetime]

"""What is kept about one recipient whose money differs from the month before."""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from service.foundation.database import Base


class BatchDifference(Base):
    """One recipient who joined, left or gets another amount; written when the batch is made."""

    __tablename__ = "batch_differences"
    __table_args__ = (
        Index("ix_batch_differences_batch_id", "batch_id", "part", "cause", "township", "id"),
        CheckConstraint("part IN ('joined', 'left', 'changed')", name="part"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    batch_id: Mapped[UUID] = mapped_column(ForeignKey("batches.id"))
    subject_kind: Mapped[str] = mapped_column(Text)
    subject_id: Mapped[int]
    part: Mapped[str] = mapped_column(Text)
    cause: Mapped[str] = mapped_column(Text)
    """A key of `batches.differences.words.CAUSES`."""
    township: Mapped[str] = mapped_column(Text)
    """Twelve digits; "" where the line says no division."""
    last_fen: Mapped[int]
    this_fen: Mapped[int]
    last_line_id: Mapped[int | None] = mapped_column(ForeignKey("payments.id"))
    this_line_id: Mapped[int | None] = mapped_column(ForeignKey("payments.id"))

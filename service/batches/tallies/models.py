"""What is kept about how many lines a batch has, and how many holds are open.

Only triggers write here (migration 0017): a row is what one statement added or took away, or the sum
of rows before it. No foreign keys: a check of one would wait for whoever holds the batch's row.
"""

from uuid import UUID

from sqlalchemy import CheckConstraint, Identity, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from service.foundation.database import Base


class LineTally(Base):
    """So many lines and so much money more, or less, of a batch, cut in one of two ways."""

    __tablename__ = "line_tallies"
    __table_args__ = (
        Index("ix_line_tallies_batch_id", "batch_id", "cut"),
        CheckConstraint("cut IN ('bank', 'place')", name="cut"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    batch_id: Mapped[UUID]
    cut: Mapped[str] = mapped_column(Text)
    """``bank``: by state, channel and bank file. ``place``: by state and division."""
    state: Mapped[str] = mapped_column(Text)
    channel_id: Mapped[UUID | None]
    bank_file_id: Mapped[UUID | None]
    division: Mapped[str | None] = mapped_column(Text)
    lines: Mapped[int]
    amount_fen: Mapped[int]


class HoldTally(Base):
    """So many open holds of a control more, or less, in one place of a batch."""

    __tablename__ = "hold_tallies"
    __table_args__ = (Index("ix_hold_tallies_batch_id", "batch_id"),)

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    batch_id: Mapped[UUID]
    control: Mapped[str] = mapped_column(Text)
    division: Mapped[str | None] = mapped_column(Text)
    holds: Mapped[int]

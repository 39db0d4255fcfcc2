"""What is kept about instalments: each split of a list, and what of each line waits."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from service.foundation import ids
from service.foundation.database import Base


class InstalmentSplit(Base):
    """One decision that a list is paid in part: how much of it now."""

    __tablename__ = "instalment_splits"
    __table_args__ = (
        CheckConstraint("now_fen > 0 AND now_fen < due_fen", name="part"),
        Index("ix_instalment_splits_batch_id", "batch_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    batch_id: Mapped[UUID] = mapped_column(ForeignKey("batches.id"))
    due_fen: Mapped[int]
    now_fen: Mapped[int]
    lines: Mapped[int]
    made_by: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime]
    made_in: Mapped[str] = mapped_column(Text, server_default=text("pg_current_xact_id()::text"))
    """The transaction: only within it may lines be cut."""


class InstalmentPart(Base):
    """What of one line waits: a line of its own, or the whole line where nothing of it is paid now."""

    __tablename__ = "instalment_parts"
    __table_args__ = (
        CheckConstraint("waiting_fen > 0 AND waiting_fen <= due_fen", name="part"),
        CheckConstraint("(cut_id = waiting_id) = (waiting_fen = due_fen)", name="whole"),
        Index("ix_instalment_parts_cut_id", "cut_id"),
        Index("ix_instalment_parts_split_id", "split_id"),
    )

    waiting_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("payments.id"), primary_key=True, autoincrement=False
    )
    split_id: Mapped[UUID] = mapped_column(
        ForeignKey("instalment_splits.id"), primary_key=True, autoincrement=False
    )
    cut_id: Mapped[int] = mapped_column(ForeignKey("payments.id"))
    """The line of which it is the rest."""
    due_fen: Mapped[int]
    """What that line was before."""
    waiting_fen: Mapped[int]
    released_at: Mapped[datetime | None]
    """When the appropriation was raised and it stopped waiting for money."""

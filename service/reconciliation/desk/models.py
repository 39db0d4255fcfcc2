"""What is kept about who looks after an exception of finance; the exception itself is kept elsewhere."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from service.audit.moves import Moves
from service.foundation.database import Base
from service.foundation.said import Said
from service.reconciliation.desk.lifecycle import FINANCE_TASK_MOVES


class FinanceTask(Base):
    """Who looks after one exception: a failed payment, a line, a movement, a file or a recall."""

    __tablename__ = "finance_tasks"
    moves: ClassVar[Moves] = FINANCE_TASK_MOVES
    __table_args__ = (
        UniqueConstraint("kind", "thing"),
        CheckConstraint("kind IN ('failed', 'line', 'receipt', 'file', 'recall')", name="kind"),
        CheckConstraint("(state = 'open') = (owner_id IS NULL)", name="owner"),
        Index("ix_finance_tasks_owner_id", "owner_id", "kind"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    thing: Mapped[str] = mapped_column(Text)
    """The id of what it is about, as text: a payment, a reply's line, a statement's line, a file."""
    state: Mapped[str] = mapped_column(Text)
    """taken (by its owner), handed (to its owner by somebody), open (nobody's again)."""
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("officers.id"))
    note: Mapped[str] = mapped_column(Said)
    """What was said with the last change."""
    changed_at: Mapped[datetime]

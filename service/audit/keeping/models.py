"""What is kept about holds and erasures: what they cover, why, and the two people of each step."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Text
from sqlalchemy.orm import Mapped, mapped_column

from service.foundation import ids
from service.foundation.database import Base
from service.foundation.said import Said


class AuditHold(Base):
    """A legal hold: sealed content that it covers is not erased, from ``asked_at`` to ``lifted_at``."""

    __tablename__ = "audit_holds"
    __table_args__ = (
        CheckConstraint("placed_by <> asked_by", name="placed_by_two"),
        CheckConstraint("lifted_by <> lift_asked_by", name="lifted_by_two"),
        CheckConstraint(
            "(placed_by IS NULL) = (placed_at IS NULL) AND (lifted_by IS NULL) = (lifted_at IS NULL) "
            "AND (lift_asked_by IS NULL) = (lift_asked_at IS NULL) "
            "AND (lifted_at IS NULL OR lift_asked_at IS NOT NULL)",
            name="steps",
        ),
        CheckConstraint("(from_at IS NULL) = (to_at IS NULL)", name="period"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    scope: Mapped[str] = mapped_column(Text)
    """``person:12``, ``payment:…``, ``batch:…``, ``programme:…`` or ``period:2026-01-01/2026-06-30``."""
    from_at: Mapped[datetime | None]
    to_at: Mapped[datetime | None]
    """For a period: acts from the one instant on and before the other."""
    reason: Mapped[str] = mapped_column(Said)
    asked_by: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime]
    placed_by: Mapped[str | None] = mapped_column(Text)
    placed_at: Mapped[datetime | None]
    lift_reason: Mapped[str | None] = mapped_column(Said)
    lift_asked_by: Mapped[str | None] = mapped_column(Text)
    lift_asked_at: Mapped[datetime | None]
    lifted_by: Mapped[str | None] = mapped_column(Text)
    lifted_at: Mapped[datetime | None]


class AuditErasure(Base):
    """A request to erase sealed content, and what became of it."""

    __tablename__ = "audit_erasures"
    __table_args__ = (
        CheckConstraint("decided_by <> asked_by OR erased IS NULL", name="two_people"),
        CheckConstraint(
            "(decided_by IS NULL) = (decided_at IS NULL) "
            "AND (erased IS NULL OR decided_at IS NOT NULL)",
            name="decided",
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    scope: Mapped[str] = mapped_column(Text)
    """``person:12`` or ``entry:<id>``."""
    reason: Mapped[str] = mapped_column(Said)
    asked_by: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime]
    decided_by: Mapped[str | None] = mapped_column(Text)
    decided_at: Mapped[datetime | None]
    erased: Mapped[int | None]
    """How many payloads were erased; empty while it waits, and when it was refused."""

"""What is kept about emergencies: who read without the duty, why, who witnessed it, who looked at it."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, Text
from sqlalchemy.orm import Mapped, mapped_column

from service.audit.moves import Movable, Moves
from service.foundation.said import Said
from service.officers.emergency.lifecycle import ACCESS_MOVES


class EmergencyAccess(Movable):
    """One officer's reading for some minutes; ``until`` is set when a second person confirms."""

    __tablename__ = "emergency_accesses"
    moves: ClassVar[Moves] = ACCESS_MOVES
    __table_args__ = (
        CheckConstraint(
            "state IN ('asked', 'open', 'refused', 'withdrawn', 'closed')", name="state"
        ),
        CheckConstraint("minutes BETWEEN 1 AND 60", name="an_hour_at_most"),
        CheckConstraint("confirmed_by <> officer_id", name="two_people"),
        CheckConstraint(
            "state NOT IN ('open', 'closed') OR "
            "(confirmed_by IS NOT NULL AND confirmed_at IS NOT NULL AND until IS NOT NULL)",
            name="confirmed",
        ),
        CheckConstraint(
            "until <= confirmed_at + interval '60 minutes'", name="over_after_the_hour"
        ),
        Index("ix_emergency_accesses_officer_id", "officer_id"),
    )

    officer_id: Mapped[UUID] = mapped_column(ForeignKey("officers.id"))
    reason: Mapped[str] = mapped_column(Said)
    minutes: Mapped[int] = mapped_column(Integer)
    asked_at: Mapped[datetime]
    confirmed_by: Mapped[UUID | None] = mapped_column(ForeignKey("officers.id"))
    confirmed_at: Mapped[datetime | None]
    until: Mapped[datetime | None]
    closed_by: Mapped[str | None] = mapped_column(Text)
    """The id of who refused it, took it back, or ended it before its time."""
    reviewed_by: Mapped[UUID | None] = mapped_column(ForeignKey("officers.id"))
    """The auditor who looked at what was read."""
    reviewed_at: Mapped[datetime | None]
    review_note: Mapped[str | None] = mapped_column(Said)

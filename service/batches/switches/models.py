"""What is kept about controls that are, were, or should be off."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from service.audit.moves import Movable, Moves
from service.batches.switches.lifecycle import PROTECTED, SWITCH_MOVES
from service.foundation.said import Said

_LISTED = ", ".join(f"'{code}'" for code in sorted(PROTECTED))


class ControlSwitch(Movable):
    """One control off for some months, for one programme or for all (``programme`` is "")."""

    __tablename__ = "control_switches"
    moves: ClassVar[Moves] = SWITCH_MOVES
    __table_args__ = (
        CheckConstraint("state IN ('asked', 'off', 'on', 'refused', 'withdrawn')", name="state"),
        CheckConstraint("confirmed_by <> asked_by", name="two_people"),
        CheckConstraint("state NOT IN ('off', 'on') OR confirmed_by IS NOT NULL", name="confirmed"),
        CheckConstraint("from_month <= to_month", name="months"),
        CheckConstraint(f"control NOT IN ({_LISTED})", name="protected"),
        Index("ix_control_switches_state", "state"),
    )

    control: Mapped[str] = mapped_column(Text)
    """A code of `batches.controls.CONTROLS`."""
    programme: Mapped[str] = mapped_column(Text)
    from_month: Mapped[str] = mapped_column(Text)
    to_month: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Said)
    asked_by: Mapped[UUID] = mapped_column(ForeignKey("officers.id"))
    asked_at: Mapped[datetime]
    confirmed_by: Mapped[UUID | None] = mapped_column(ForeignKey("officers.id"))
    confirmed_at: Mapped[datetime | None]
    ended_by: Mapped[UUID | None] = mapped_column(ForeignKey("officers.id"))
    """Who switched it on again, refused it or took the request back."""
    ended_at: Mapped[datetime | None]

    @property
    def spoken_name(self) -> str:
        return f"{self.control} {self.from_month}–{self.to_month}"

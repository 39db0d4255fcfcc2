"""What is kept about duties: who may hold which, where, for what, from when, and who said so."""

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from service.audit.moves import Movable, Moves
from service.foundation.said import Said
from service.officers.holding.lifecycle import GRANT_MOVES


class DutyGrant(Movable):
    """One duty of one officer, in one place, for some programmes, between two days.

    ``asked_by`` is empty for what was set up before there was anybody to ask.
    """

    __tablename__ = "duty_grants"
    moves: ClassVar[Moves] = GRANT_MOVES
    __table_args__ = (
        CheckConstraint(
            "state IN ('asked', 'granted', 'refused', 'withdrawn', 'ended')", name="state"
        ),
        CheckConstraint("division ~ '^[0-9]{0,12}$'", name="division"),
        CheckConstraint("ends_on >= starts_on", name="days"),
        CheckConstraint("confirmed_by <> asked_by", name="two_people"),
        CheckConstraint(
            "asked_by <> officer_id AND confirmed_by <> officer_id", name="not_ones_own"
        ),
        CheckConstraint(
            "state NOT IN ('granted', 'ended') OR asked_by IS NULL OR confirmed_by IS NOT NULL",
            name="confirmed",
        ),
        CheckConstraint("state IN ('asked', 'granted') OR ended_at IS NOT NULL", name="ended"),
        CheckConstraint("reviewed_by <> officer_id", name="reviewed_by_another"),
        Index("ix_duty_grants_officer_id", "officer_id"),
        Index("ix_duty_grants_state", "state"),
    )

    officer_id: Mapped[UUID] = mapped_column(ForeignKey("officers.id"))
    duty: Mapped[str] = mapped_column(Text)
    division: Mapped[str] = mapped_column(Text)
    """Leading digits of the place; "" is the whole county."""
    programmes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    departments: Mapped[list[str]] = mapped_column(ARRAY(Text))
    """Folders of departments; with no programmes either, all programmes."""
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    """The last day."""
    reason: Mapped[str] = mapped_column(Said)
    asked_by: Mapped[UUID | None] = mapped_column(ForeignKey("officers.id"))
    asked_at: Mapped[datetime]
    confirmed_by: Mapped[UUID | None] = mapped_column(ForeignKey("officers.id"))
    confirmed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    """When it was ended, refused or taken back."""
    reviewed_by: Mapped[UUID | None] = mapped_column(ForeignKey("officers.id"))
    reviewed_at: Mapped[datetime | None]
    """When somebody last said that the officer still needs it."""

    def as_scope(self) -> dict[str, Any]:
        """Return the scope as the officer's row repeats it."""
        return {
            "division": self.division,
            "programmes": sorted(self.programmes),
            "departments": sorted(self.departments),
            "from": self.starts_on.isoformat(),
            "to": self.ends_on.isoformat() if self.ends_on else None,
        }

    def is_standing(self, on: date) -> bool:
        """Return whether it is granted and its last day has not passed."""
        return self.state == "granted" and (self.ends_on is None or self.ends_on >= on)

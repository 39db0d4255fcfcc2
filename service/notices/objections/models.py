"""What is kept about objections: who said what is sealed, what was answered can be read."""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    LargeBinary,
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column

from service.audit.moves import Movable, Moves
from service.foundation.said import Said
from service.notices.objections.lifecycle import OBJECTION_MOVES

WHO = ("resident", "neighbour", "other")


class Objection(Movable):
    """One objection: to a line of a notice, without a line to its whole list, without a notice to a
    decision about ``person_id``."""

    __tablename__ = "objections"
    moves: ClassVar[Moves] = OBJECTION_MOVES
    __table_args__ = (
        CheckConstraint("state IN ('open', 'upheld', 'dismissed')", name="state"),
        CheckConstraint("who IN ('resident', 'neighbour', 'other')", name="who"),
        CheckConstraint("(place IS NULL) = (payment_id IS NULL)", name="line"),
        CheckConstraint(
            "state = 'open' OR (answered_by IS NOT NULL AND answered_at IS NOT NULL "
            "AND answer IS NOT NULL)",
            name="answered",
        ),
        CheckConstraint("answered_by <> taken_by", name="two_people"),
        CheckConstraint(
            "notice_id IS NOT NULL OR (payment_id IS NULL AND person_id IS NOT NULL)",
            name="against",
        ),
        CheckConstraint(
            "(acted_by IS NULL) = (acted_as IS NULL) AND acted_as IN ('guardian', 'proxy')",
            name="acted",
        ),
        ForeignKeyConstraint(
            ["notice_id", "place"], ["notice_lines.notice_id", "notice_lines.place"]
        ),
        Index("ix_objections_state_due", "state", "due_on"),
        Index("ix_objections_payment_id", "payment_id"),
        Index("ix_objections_lodged_at", "lodged_at"),
        Index("ix_objections_person_id", "person_id", "lodged_at"),
    )

    number: Mapped[int] = mapped_column(Identity(), unique=True)
    notice_id: Mapped[UUID | None] = mapped_column(ForeignKey("notices.id"))
    """Nothing where it is against a decision."""
    programme: Mapped[str] = mapped_column(Text)
    month: Mapped[str] = mapped_column(Text)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    """In whose name it came from a resident's own pages; nobody where nobody was asked who he is."""
    acted_by: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    """Who wrote it for that one."""
    acted_as: Mapped[str | None] = mapped_column(Text)
    """guardian or proxy."""
    place: Mapped[int | None]
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("payments.id"))
    who: Mapped[str] = mapped_column(Text)
    """resident (about the own line), neighbour, or other."""
    text_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    """Sealed for place ``objections:text:<id>``."""
    contact_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Sealed for place ``objections:contact:<id>``; nobody has to give one."""
    line_digest: Mapped[bytes | None] = mapped_column(LargeBinary)
    """SHA-256 over the line as it hung: it comes back only if it is still the same."""
    code_index: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    """Blind index of the code by which the objector reads the answer; the code is kept nowhere."""
    taken_by: Mapped[UUID | None] = mapped_column(ForeignKey("officers.id"))
    """The officer who wrote it down for somebody; nobody when it came from the public page."""
    lodged_at: Mapped[datetime]
    due_on: Mapped[date]
    """The last day to answer it."""
    answered_by: Mapped[UUID | None] = mapped_column(ForeignKey("officers.id"))
    answered_at: Mapped[datetime | None]
    answer: Mapped[str | None] = mapped_column(Said)

    @property
    def objection_no(self) -> str:
        """What officers call it, such as ``O000123``."""
        return f"O{self.number:06d}"

    @property
    def spoken_name(self) -> str:
        return self.objection_no if self.number else "objection"

"""What a resident asks to have corrected: the words are sealed, the answer can be read."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from service.foundation import ids
from service.foundation.database import Base
from service.foundation.said import Said


class ResidentRequest(Base):
    """One thing that a resident says is wrong; its task carries the state and the day."""

    __tablename__ = "resident_requests"
    __table_args__ = (
        Index("ix_resident_requests_person_id", "person_id", "asked_at"),
        Index("uq_resident_requests_task_id", "task_id", unique=True),
        Index("uq_resident_requests_once", "once_index", unique=True),
        CheckConstraint(
            "about IN ('amount', 'arrival', 'account', 'other') OR about LIKE 'fact:%'",
            name="about",
        ),
        CheckConstraint(
            "(acted_by IS NULL) = (acted_as IS NULL) AND acted_as IN ('guardian', 'proxy')",
            name="acted",
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    number: Mapped[int] = mapped_column(Identity(), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    task_id: Mapped[UUID] = mapped_column(ForeignKey("review_tasks.id"))
    programme: Mapped[str] = mapped_column(Text)
    month: Mapped[str] = mapped_column(Text)
    about: Mapped[str] = mapped_column(Text)
    """amount, arrival, account, other, or ``fact:<name>``."""
    acted_by: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    """Who sent it for ``person_id``; nobody where it is the person's own."""
    acted_as: Mapped[str | None] = mapped_column(Text)
    """guardian or proxy."""
    wrong_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """What a fact was said to be, in both languages, sealed for place ``resident_requests:wrong:<id>``;
    nothing where ``about`` says everything."""
    right_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    """Sealed for place ``resident_requests:right:<id>``."""
    once_index: Mapped[bytes] = mapped_column(LargeBinary)
    """Of what the form carried, so that pressing twice is one request."""
    asked_at: Mapped[datetime]
    answer: Mapped[str | None] = mapped_column(Said)
    """The officer's reason, which the resident reads."""

    @property
    def request_no(self) -> str:
        """What people call it, such as ``Q000123``."""
        return f"Q{self.number:06d}"

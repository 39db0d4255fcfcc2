"""Review tasks: what the data contradict or leave open, for the department that has to answer."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from service.audit.moves import Movable, register

TASK_MOVES = register(
    "review_tasks",
    {
        ("", "open"): "task.opened",
        ("open", "answered"): "task.answered",
        # The departments' data agree again; nobody had to decide.
        ("open", "settled"): "task.settled",
        ("answered", "open"): "task.reopened",
    },
)


class ReviewTask(Movable):
    """One question to one department about one person, household or number, with a deadline."""

    __tablename__ = "review_tasks"
    __table_args__ = (
        Index(
            "uq_review_tasks_open",
            "kind",
            "subject_key",
            unique=True,
            postgresql_where=text("state = 'open'"),
        ),
        Index("ix_review_tasks_person_id", "person_id"),
        CheckConstraint("state IN ('open', 'answered', 'settled')", name="state"),
    )

    kind: Mapped[str] = mapped_column(Text)
    """Code of the check that found it."""
    subject_key: Mapped[str] = mapped_column(Text)
    """What makes it the same question again: surrogate ids and field names only."""
    person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    household_id: Mapped[int | None] = mapped_column(ForeignKey("households.id"))
    feed: Mapped[str] = mapped_column(Text)
    """The feed whose department has to answer."""
    other_feed: Mapped[str | None] = mapped_column(Text)
    field: Mapped[str | None] = mapped_column(Text)
    details: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    """Record ids and counts; never names, numbers or accounts."""
    opened_at: Mapped[datetime]
    due_on: Mapped[date]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None] = mapped_column(Text)
    outcome: Mapped[str | None] = mapped_column(Text)

    @property
    def spoken_name(self) -> str:
        return self.kind

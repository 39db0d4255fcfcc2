"""What somebody says against a department's word: the request to correct it, and what counts meanwhile."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from service.foundation.database import Base
from service.foundation.said import Said


class FactCorrection(Base):
    """One fact about one person or household that is said to be wrong.

    The department that owns it is asked. Until it has answered, a second officer may let another
    value count for a time, on evidence; snapshots of the months from ``since`` to ``until`` hold it.
    """

    __tablename__ = "fact_corrections"
    __table_args__ = (
        Index("ix_fact_corrections_person_id", "person_id"),
        Index(
            "uq_fact_corrections_standing",
            "subject_kind",
            "subject_id",
            "fact",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
        CheckConstraint("subject_kind IN ('person', 'household')", name="subject_kind"),
        CheckConstraint("kind IN ('BIGINT', 'BOOLEAN', 'DATE', 'VARCHAR')", name="kind"),
        CheckConstraint("lent_by <> asked_by", name="two_people"),
        CheckConstraint("since <= until", name="order_of_days"),
        CheckConstraint(
            "(lent_at IS NULL) = (value IS NULL) AND (lent_at IS NULL) = (until IS NULL)"
            " AND (lent_at IS NULL) = (since IS NULL) AND (lent_at IS NULL) = (evidence IS NULL)",
            name="lent_whole",
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    """Who says so, or is spoken for."""
    subject_kind: Mapped[str] = mapped_column(Text)
    subject_id: Mapped[int]
    """The person or household that the fact is about."""
    fact: Mapped[str] = mapped_column(Text)
    column_name: Mapped[str] = mapped_column(Text)
    """The snapshot's column, and ``kind`` its type there."""
    kind: Mapped[str] = mapped_column(Text)
    feed: Mapped[str] = mapped_column(Text)
    """The feed whose department has to correct it."""
    said: Mapped[str] = mapped_column(Said)
    asked_by: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime]
    value: Mapped[str | None] = mapped_column(Text)
    """What counts meanwhile, as the snapshot would write it; nothing until a second officer lends it."""
    since: Mapped[date | None]
    until: Mapped[date | None]
    evidence: Mapped[str | None] = mapped_column(Said)
    lent_by: Mapped[str | None] = mapped_column(Text)
    lent_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(Text)
    ended_at: Mapped[datetime | None]
    ended_reason: Mapped[str | None] = mapped_column(Said)

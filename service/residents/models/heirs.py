"""Heirs: who receives what is still due to somebody who died."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from service.foundation.database import Base
from service.foundation.said import Said


class HeirRegistration(Base):
    """That somebody receives for the dead: an heir, or whoever arranged the funeral."""

    __tablename__ = "heir_registrations"
    __table_args__ = (
        Index(
            "uq_heir_registrations_standing",
            "person_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
        CheckConstraint("approved_by <> registered_by", name="two_people"),
        CheckConstraint("person_id <> heir_person_id", name="somebody_else"),
        CheckConstraint(
            "basis IN ('agreement', 'notarised', 'judgement', 'funeral')", name="basis"
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    heir_person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    basis: Mapped[str] = mapped_column(Text)
    """``agreement`` of the heirs, ``notarised``, ``judgement``, or ``funeral`` (arranged it)."""
    reason: Mapped[str] = mapped_column(Said)
    registered_by: Mapped[str] = mapped_column(Text)
    registered_at: Mapped[datetime]
    approved_by: Mapped[str | None] = mapped_column(Text)
    """A second officer; until then nobody is paid by it."""
    approved_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(Text)
    ended_at: Mapped[datetime | None]

"""Heirs: who receives, and what part of, what is still due to somebody who died."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from service.foundation.database import Base
from service.foundation.said import Said

WHOLE_PARTS = 3_603_600
"""Parts of a whole estate: every denominator up to sixteen divides it, and 18, 20, 24, 60, 100 …"""


class HeirRegistration(Base):
    """That somebody receives for the dead: an heir, or whoever arranged the funeral."""

    __tablename__ = "heir_registrations"
    __table_args__ = (
        Index(
            "uq_heir_registrations_standing",
            "person_id",
            "heir_person_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
        CheckConstraint("approved_by <> registered_by", name="two_people"),
        CheckConstraint("person_id <> heir_person_id", name="somebody_else"),
        CheckConstraint(
            "basis IN ('agreement', 'notarised', 'judgement', 'funeral')", name="basis"
        ),
        CheckConstraint(
            "relation IN ('spouse', 'child', 'parent', 'sibling', 'grandchild', 'other')",
            name="relation",
        ),
        CheckConstraint(
            f"share_num BETWEEN 1 AND share_den AND {WHOLE_PARTS} % share_den = 0", name="share"
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    heir_person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    basis: Mapped[str] = mapped_column(Text)
    """``agreement`` of the heirs, ``notarised``, ``judgement``, or ``funeral`` (arranged it)."""
    relation: Mapped[str] = mapped_column(Text, server_default="other")
    """What the one who receives was to the dead."""
    share_num: Mapped[int] = mapped_column(server_default="1")
    share_den: Mapped[int] = mapped_column(server_default="1")
    """Numerator and denominator of the part this one receives."""
    evidence: Mapped[str] = mapped_column(Said, server_default="")
    """Where the paper is that says so: a deed's number, a file's shelf mark."""
    reason: Mapped[str] = mapped_column(Said)
    registered_by: Mapped[str] = mapped_column(Text)
    registered_at: Mapped[datetime]
    approved_by: Mapped[str | None] = mapped_column(Text)
    """A second officer; until then nobody is paid by it."""
    approved_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(Text)
    ended_at: Mapped[datetime | None]
    ended_reason: Mapped[str | None] = mapped_column(Said)
    """Why it was ended; of one that nobody approved, why it was refused."""

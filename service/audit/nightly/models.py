"""What each nightly verification found."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Text
from sqlalchemy.orm import Mapped, mapped_column

from service.foundation import ids
from service.foundation.database import Base


class AuditVerification(Base):
    """One verification of the whole trail that came to its end; rows are only ever added."""

    __tablename__ = "audit_verifications"
    __table_args__ = (CheckConstraint("verified = (code = 0)", name="verdict"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    begun_at: Mapped[datetime]
    ended_at: Mapped[datetime]
    entries: Mapped[int]
    """How many were verified; when one is wrong, how many before it."""
    checkpoints: Mapped[int]
    verified: Mapped[bool]
    code: Mapped[int]
    """The class of what is wrong, as the exit code of ``anxin audit verify``; 0: nothing."""
    first_bad: Mapped[int | None]
    """Index of the first wrong entry."""
    root: Mapped[str] = mapped_column(Text)
    """Of what was verified, in hex; "" when something is wrong."""

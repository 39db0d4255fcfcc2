"""What is kept about the acts on files in quarantine."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from service.foundation.database import Base
from service.foundation.said import Said

ASKED_BANK, REJECTED = "asked_bank", "rejected"


class FileDecision(Base):
    """What an officer did about a file that was not believed; taking it after all needs two."""

    __tablename__ = "inbound_file_decisions"
    __table_args__ = (
        CheckConstraint("act IN ('asked_bank', 'rejected')", name="act"),
        CheckConstraint("reason <> ''", name="reason"),
        Index("ix_inbound_file_decisions_inbound_file_id", "inbound_file_id"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    inbound_file_id: Mapped[UUID] = mapped_column(ForeignKey("inbound_files.id"))
    act: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Said)
    """Why, or what the bank was asked and whom."""
    officer_id: Mapped[UUID] = mapped_column(ForeignKey("officers.id"))
    at: Mapped[datetime]
    times_seen: Mapped[int]
    """How often the bytes had come by then: a file that comes once more waits once more."""

"""What is kept about a finding on a whole list."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from service.foundation.database import Base
from service.foundation.said import Said


class BatchFinding(Base):
    """One control's word about a whole list; looked for again whenever its lines are screened."""

    __tablename__ = "batch_findings"
    __table_args__ = (
        UniqueConstraint("batch_id", "control"),
        CheckConstraint("severity IN ('stop', 'check')", name="severity"),
        CheckConstraint(
            "(cleared_at IS NULL) = (cleared_by IS NULL) "
            "AND (cleared_at IS NULL) = (cleared_reason IS NULL)",
            name="cleared_whole",
        ),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    batch_id: Mapped[UUID] = mapped_column(ForeignKey("batches.id"))
    control: Mapped[str] = mapped_column(Text)
    """A code of `batches.findings.catalogue.FINDINGS`."""
    version: Mapped[int]
    severity: Mapped[str] = mapped_column(Text)
    lines: Mapped[int]
    """How many lines, or recipients without a line, it is about."""
    amount_fen: Mapped[int]
    evidence: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """References, codes and counts; no name and no number of a card."""
    found_at: Mapped[datetime]
    cleared_at: Mapped[datetime | None]
    cleared_by: Mapped[str | None] = mapped_column(Text)
    """An officer, or ``data`` when a later look found nothing any more."""
    cleared_reason: Mapped[str | None] = mapped_column(Said)

"""Records: what one delivered row said, dated, and never overwritten."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Identity, Index, LargeBinary, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from service.foundation.database import Base


class FeedRecord(Base):
    """What one delivered row said, from when we knew it until something newer was said."""

    __tablename__ = "feed_records"
    __table_args__ = (
        Index(
            "uq_feed_records_current",
            "feed",
            "record_key",
            unique=True,
            postgresql_where=text("known_to IS NULL"),
        ),
        Index("ix_feed_records_person_id", "person_id", "feed"),
        Index(
            "ix_feed_records_household_id",
            "household_id",
            postgresql_where=text("household_id IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    feed: Mapped[str] = mapped_column(Text)
    record_key: Mapped[str] = mapped_column(Text)
    """The feed's key with ID numbers replaced by person ids and accounts by their blind index."""
    person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    household_id: Mapped[int | None] = mapped_column(ForeignKey("households.id"))
    data: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """Field → value as declared by the feed; ID numbers appear as ``<field>_person_id``."""
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    """SHA-256 of the canonical data: the same words again change nothing."""
    delivery_id: Mapped[UUID] = mapped_column(ForeignKey("deliveries.id"))
    row_no: Mapped[int]
    known_from: Mapped[datetime]
    known_to: Mapped[datetime | None]

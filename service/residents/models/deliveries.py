"""Deliveries: files, pushes and pulls of a feed, their rejected rows, and what a steward decided."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, LargeBinary, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from service.audit.moves import Movable, register
from service.foundation import ids
from service.foundation.database import Base
from service.foundation.said import Said

DELIVERY_MOVES = register(
    "deliveries",
    {
        ("", "imported"): "feed.imported",
        ("", "waiting"): "feed.waiting",
        ("", "refused"): "feed.refused",
        # The steward looked at what seemed odd and answers for it, or sends it back.
        ("waiting", "imported"): "feed.confirmed",
        ("waiting", "declined"): "feed.declined",
    },
)


class Delivery(Movable):
    """One delivery of a feed, however it came, and what became of its rows."""

    __tablename__ = "deliveries"
    __table_args__ = (
        Index("ix_deliveries_feed_sha256", "feed", "sha256"),
        Index("ix_deliveries_feed_received_at", "feed", "received_at"),
        CheckConstraint("state IN ('imported', 'waiting', 'refused', 'declined')", name="state"),
        CheckConstraint("mode IN ('full', 'incremental', 'correction')", name="mode"),
    )

    feed: Mapped[str] = mapped_column(Text)
    channel: Mapped[str] = mapped_column(Text, server_default="file")
    """``file`` (command line), ``page``, ``folder``, ``sftp``, ``push`` or ``database``."""
    mode: Mapped[str] = mapped_column(Text)
    """The feed's mode, or ``correction``: rejected rows sent again, which end nothing."""
    as_of: Mapped[date]
    """The day the department's data are of; of two deliveries the later day knows better."""
    first_as_of: Mapped[date | None]
    """The day its data were first of, where the same bytes were said once more of a later day."""
    file_name: Mapped[str] = mapped_column(Text)
    """As the department named it; shown, never used as a path."""
    sha256: Mapped[bytes] = mapped_column(LargeBinary)
    content_digest: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Digest of the believed rows whatever their order: equal for the same list sorted anew."""
    encoding: Mapped[str] = mapped_column(Text)
    sheet: Mapped[str] = mapped_column(Text, server_default="")
    received_at: Mapped[datetime]
    received_by: Mapped[str] = mapped_column(Text)
    confirmed_at: Mapped[datetime]
    """When the department last said so: the receipt, or the last receipt of the same bytes."""
    rows_total: Mapped[int] = mapped_column(server_default="0")
    rows_accepted: Mapped[int] = mapped_column(server_default="0")
    rows_rejected: Mapped[int] = mapped_column(server_default="0")
    rows_unchanged: Mapped[int] = mapped_column(server_default="0")
    """Accepted rows that said nothing new."""
    rows_late: Mapped[int] = mapped_column(server_default="0")
    """Accepted rows about which a later day was known already; kept as history."""
    rows_ended: Mapped[int] = mapped_column(server_default="0")
    """Records that a full delivery no longer names."""
    filled: Mapped[dict[str, int]] = mapped_column(JSONB, server_default="{}")
    """Field → accepted rows in which it was filled in."""
    notices: Mapped[dict[str, int]] = mapped_column(JSONB, server_default="{}")
    """What was smoothed, by code and count."""
    refusal: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    """Why the delivery as a whole was refused or waits: {code, sentence, sentence_zh}."""
    suggestion: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    """For a table with unknown headers: {headers: […], mapping: {header: field}, layout: hex}."""
    corrects_id: Mapped[UUID | None] = mapped_column(ForeignKey("deliveries.id"))
    """The delivery whose rejected rows this one brings corrected."""
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None] = mapped_column(Text)
    decision_reason: Mapped[str | None] = mapped_column(Said)

    @property
    def spoken_name(self) -> str:
        return f"{self.feed} {self.received_at:%Y-%m-%d}"


class DeliveryContent(Base):
    """The bytes of a delivery that waits, sealed in parts; gone once it is decided."""

    __tablename__ = "delivery_contents"

    delivery_id: Mapped[UUID] = mapped_column(ForeignKey("deliveries.id"), primary_key=True)
    part_no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    """Sealed for place ``delivery_contents:content:<delivery id>/<part no>``."""


class RejectedRow(Base):
    """A row that could not be believed, kept whole (sealed) with every reason."""

    __tablename__ = "rejected_rows"
    __table_args__ = (Index("ix_rejected_rows_delivery_id", "delivery_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    delivery_id: Mapped[UUID] = mapped_column(ForeignKey("deliveries.id"))
    sheet: Mapped[str] = mapped_column(Text, server_default="")
    row_no: Mapped[int]
    """Row number as the department sees it in its own file, from 1."""
    faults: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    """[{column, code, sentence, sentence_zh}] – no personal values; those are in ``raw_sealed``."""
    raw_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    """JSON object of header → text as delivered, sealed for place ``rejected_rows:raw:<id>``."""
    corrected_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("deliveries.id"))
    """The delivery that brought this row again, believed."""


class ColumnMapping(Base):
    """Which of a department's own headers means which field; confirmed by a steward, once."""

    __tablename__ = "column_mappings"
    __table_args__ = (Index("uq_column_mappings_feed_layout", "feed", "layout", unique=True),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    feed: Mapped[str] = mapped_column(Text)
    layout: Mapped[bytes] = mapped_column(LargeBinary)
    """SHA-256 of the sorted normalised headers: the same columns in another order are the same."""
    mapping: Mapped[dict[str, str]] = mapped_column(JSONB)
    """Normalised header → field."""
    confirmed_by: Mapped[str] = mapped_column(Text)
    confirmed_at: Mapped[datetime]


class FeedWaiver(Base):
    """Somebody answers for going on although a feed is older than its limit."""

    __tablename__ = "feed_waivers"
    __table_args__ = (Index("ix_feed_waivers_feed", "feed"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    feed: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Said)
    until: Mapped[date]
    """Last day on which it holds."""
    by: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    ended: Mapped[bool] = mapped_column(Boolean, server_default="false")

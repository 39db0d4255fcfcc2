"""Sources: the standing ways by which deliveries come without anybody uploading a file."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, LargeBinary, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from service.foundation import ids
from service.foundation.database import Base


class FeedSource(Base):
    """One agreed way for one department to deliver one or several feeds."""

    __tablename__ = "feed_sources"
    __table_args__ = (
        CheckConstraint("kind IN ('folder', 'sftp', 'push', 'database')", name="kind"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    code: Mapped[str] = mapped_column(Text, unique=True)
    kind: Mapped[str] = mapped_column(Text)
    feeds: Mapped[list[str]] = mapped_column(JSONB)
    """Codes of the feeds it may deliver; a row of any other feed is refused."""
    division: Mapped[str] = mapped_column(Text, server_default="")
    """A township's or village's source: the leading digits its rows' divisions must have."""
    terms: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """What the kind needs, without secrets: host, port, user, path, pinned host key, query, …"""
    secret_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Password or private key, sealed for place ``feed_sources:secret:<id>``."""
    public_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Raw Ed25519 public key of a department that pushes."""
    active: Mapped[bool] = mapped_column(Boolean, server_default="true")
    watermark: Mapped[str | None] = mapped_column(Text)
    """The highest value of the watermark column taken over so far."""
    last_run_at: Mapped[datetime | None]
    last_outcome: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    """{code, sentence, sentence_zh} of the last run."""
    registered_by: Mapped[str] = mapped_column(Text)
    registered_at: Mapped[datetime]


class FeedSourceFile(Base):
    """A file on a department's server that was taken already and still lies there."""

    __tablename__ = "feed_source_files"

    source_id: Mapped[UUID] = mapped_column(ForeignKey("feed_sources.id"), primary_key=True)
    mark: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    """SHA-256 of folder, name, size and time: what tells a file apart without reading it."""
    sha256: Mapped[bytes] = mapped_column(LargeBinary)
    """Of its content."""
    delivery_id: Mapped[UUID | None] = mapped_column(ForeignKey("deliveries.id"))
    """None for a file of which nobody could say what feed it is."""
    taken_at: Mapped[datetime]


class FeedPush(Base):
    """A delivery that a department's system sends in pages, open until it says it is complete."""

    __tablename__ = "feed_pushes"
    __table_args__ = (Index("uq_feed_pushes_source_id_number", "source_id", "number", unique=True),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    source_id: Mapped[UUID] = mapped_column(ForeignKey("feed_sources.id"))
    number: Mapped[str] = mapped_column(Text)
    """The department's own number for this delivery: the same number again is the same delivery."""
    feed: Mapped[str] = mapped_column(Text)
    as_of: Mapped[date]
    columns: Mapped[list[str]] = mapped_column(JSONB)
    """The headers of its rows' cells, in order."""
    opened_at: Mapped[datetime]
    completed_at: Mapped[datetime | None]
    delivery_id: Mapped[UUID | None] = mapped_column(ForeignKey("deliveries.id"))


class FeedPushPage(Base):
    """One page of a push, kept sealed until the push is complete."""

    __tablename__ = "feed_push_pages"

    push_id: Mapped[UUID] = mapped_column(ForeignKey("feed_pushes.id"), primary_key=True)
    page_no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sha256: Mapped[bytes] = mapped_column(LargeBinary)
    rows: Mapped[int]
    content_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Sealed for place ``feed_push_pages:content:<push id>/<page no>``; gone once taken over."""
    received_at: Mapped[datetime]

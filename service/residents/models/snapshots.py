"""Snapshots: a row for each frozen month."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from service.foundation import ids
from service.foundation.database import Base


class Snapshot(Base):
    """A frozen set of facts: what was decided about a month was decided from exactly these."""

    __tablename__ = "snapshots"
    __table_args__ = (Index("uq_snapshots_month_digest", "month", "digest", unique=True),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    month: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(Text)
    """SHA-256 of the manifest, in hex."""
    manifest: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """{schema_version, month, as_known_at, feeds: {code: [delivery ids]}, tables: {name: {rows, sha256 of what it says, columns}}}"""
    folder: Mapped[str] = mapped_column(Text)
    """Folder name under the snapshots directory."""
    taken_at: Mapped[datetime]
    files: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    """{file name: {sha256 of the encrypted file, key_version}}: the digest is of what the files say."""

"""What the audit trail keeps: entries, their place in the tree, and signed tree heads."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from service.foundation.database import Base


class AuditEntry(Base):
    """One act, as its canonical bytes say it; the columns repeat what people search by."""

    __tablename__ = "audit_entries"
    __table_args__ = (
        # Each is walked backwards in time from what a search knows; see `service.oversight.search`.
        Index("ix_audit_entries_object", "object_type", "object_id", "at"),
        Index("ix_audit_entries_kind", "object_type", "at"),
        Index("ix_audit_entries_actor", "actor_id", "at"),
        Index("ix_audit_entries_act", "act", "at"),
        Index("ix_audit_entries_at", "at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor_kind: Mapped[str] = mapped_column(Text)
    actor_id: Mapped[str] = mapped_column(Text)
    act: Mapped[str] = mapped_column(Text)
    object_type: Mapped[str] = mapped_column(Text)
    object_id: Mapped[str] = mapped_column(Text)
    canonical: Mapped[bytes] = mapped_column(LargeBinary)
    """RFC 8785 JSON of the whole entry: the leaf of the tree is the hash of these bytes."""


class AuditLeaf(Base):
    """The place of an entry in the tree: indexes are contiguous from 0."""

    __tablename__ = "audit_leaves"

    index: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("audit_entries.id"), unique=True)
    leaf_hash: Mapped[bytes] = mapped_column(LargeBinary)


class AuditCheckpoint(Base):
    """A signed tree head: size, root, and the log key's Ed25519 signature over both."""

    __tablename__ = "audit_checkpoints"

    size: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    root: Mapped[bytes] = mapped_column(LargeBinary)
    signed_at: Mapped[datetime]
    note: Mapped[str] = mapped_column(Text)
    """The signed text: origin, size, root in base64, a blank line, the signature line."""
    frontier: Mapped[bytes] = mapped_column(LargeBinary)
    """The right edge of the tree (32 bytes a level in use), so that appending needs no re-reading."""


class AuditPayload(Base):
    """The personal content of an entry, sealed; once erased, only when and why is left."""

    __tablename__ = "audit_payloads"
    __table_args__ = (
        Index("ix_audit_payloads_about", "about", postgresql_using="gin"),
        CheckConstraint(
            "(key_sealed IS NULL) = (erased_at IS NOT NULL) "
            "AND (content IS NULL) = (erased_at IS NOT NULL) "
            "AND (erased_entry_id IS NULL) = (erased_at IS NULL)",
            name="whole_or_erased",
        ),
    )

    # Deferred: entry and payload are written together, in whichever order.
    entry_id: Mapped[UUID] = mapped_column(
        ForeignKey("audit_entries.id", deferrable=True, initially="DEFERRED"), primary_key=True
    )
    about: Mapped[list[str]] = mapped_column(ARRAY(Text))
    """Whose and what it is: ``person:12``, ``batch:<id>``; numbers and ids only."""
    key_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The payload's own key (32 bytes in hex), sealed under the field keys."""
    content: Mapped[bytes | None] = mapped_column(LargeBinary)
    """nonce ‖ AES-256-GCM of salt ‖ canonical content, bound to entry and column."""
    erased_at: Mapped[datetime | None]
    erased_reason: Mapped[str] = mapped_column(Text, server_default="")
    erased_entry_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("audit_entries.id", deferrable=True, initially="DEFERRED")
    )
    """The entry of the erasure."""

"""What is kept about manifests, challenges and signatures."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from service.foundation import ids
from service.foundation.database import Base


class Manifest(Base):
    """The canonical bytes that one officer signs: one a batch, round and signature."""

    __tablename__ = "manifests"
    __table_args__ = (
        UniqueConstraint("batch_id", "round", "position"),
        CheckConstraint("position > 0", name="position_positive"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    batch_id: Mapped[UUID] = mapped_column(ForeignKey("batches.id"))
    round: Mapped[int]
    position: Mapped[int] = mapped_column(server_default="1")
    """Which signature it is for; the second manifest names the first signature, and so on."""
    canonical: Mapped[bytes] = mapped_column(LargeBinary)
    """RFC 8785 JSON."""
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    """SHA-256 of ``canonical``."""
    screening: Mapped[bytes | None] = mapped_column(LargeBinary)
    """What screening found, as RFC 8785 JSON; its SHA-256 is in the manifest. None before version 2."""
    notice: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The public notice, likewise."""
    made_at: Mapped[datetime]


class SigningChallenge(Base):
    """A question to one officer about one manifest; answered once, or never."""

    __tablename__ = "signing_challenges"
    __table_args__ = (
        CheckConstraint("octet_length(nonce) = 32", name="nonce_length"),
        CheckConstraint("expires_at > issued_at", name="expires_later"),
        Index("ix_signing_challenges_manifest_id", "manifest_id"),
    )

    nonce: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    manifest_id: Mapped[UUID] = mapped_column(ForeignKey("manifests.id"))
    officer_id: Mapped[UUID] = mapped_column(ForeignKey("officers.id"))
    role: Mapped[str] = mapped_column(Text)
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    """Whole seconds, as the message binds it."""
    used_at: Mapped[datetime | None]


class Signature(Base):
    """One officer's signature over one manifest."""

    __tablename__ = "signatures"
    __table_args__ = (
        UniqueConstraint("manifest_id"),
        UniqueConstraint("nonce"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    manifest_id: Mapped[UUID] = mapped_column(ForeignKey("manifests.id"))
    officer_id: Mapped[UUID] = mapped_column(ForeignKey("officers.id"))
    key_id: Mapped[UUID] = mapped_column(ForeignKey("signing_keys.id"))
    algorithm: Mapped[str] = mapped_column(Text)
    signature: Mapped[bytes] = mapped_column(LargeBinary)
    nonce: Mapped[bytes | None] = mapped_column(ForeignKey("signing_challenges.nonce"))
    """The challenge it answers; None only for signatures over manifests of version 1."""
    signed_at: Mapped[datetime]

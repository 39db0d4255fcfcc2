"""What is kept about manifests and signatures."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from service.foundation import ids
from service.foundation.database import Base


class Manifest(Base):
    """The canonical bytes that officers sign, one a batch and round."""

    __tablename__ = "manifests"
    __table_args__ = (UniqueConstraint("batch_id", "round"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    batch_id: Mapped[UUID] = mapped_column(ForeignKey("batches.id"))
    round: Mapped[int]
    canonical: Mapped[bytes] = mapped_column(LargeBinary)
    """RFC 8785 JSON."""
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    """SHA-256 of ``canonical``."""
    made_at: Mapped[datetime]


class Signature(Base):
    """One officer's signature over one manifest."""

    __tablename__ = "signatures"
    __table_args__ = (UniqueConstraint("manifest_id", "officer_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    manifest_id: Mapped[UUID] = mapped_column(ForeignKey("manifests.id"))
    officer_id: Mapped[UUID] = mapped_column(ForeignKey("officers.id"))
    key_id: Mapped[UUID] = mapped_column(ForeignKey("signing_keys.id"))
    algorithm: Mapped[str] = mapped_column(Text)
    signature: Mapped[bytes] = mapped_column(LargeBinary)
    signed_at: Mapped[datetime]

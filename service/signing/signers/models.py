"""What is kept beside keys and signatures: questions to new passkeys, evidence, time-stamps."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from service.foundation import ids
from service.foundation.database import Base


class PasskeyQuestion(Base):
    """A challenge for making a passkey; answered once, or never."""

    __tablename__ = "passkey_questions"
    __table_args__ = (CheckConstraint("octet_length(challenge) = 32", name="challenge_length"),)

    challenge: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    officer_id: Mapped[UUID] = mapped_column(ForeignKey("officers.id"))
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SignatureEvidence(Base):
    """What came with a signature, so that it can be checked again by anybody: one a signature."""

    __tablename__ = "signature_evidence"

    signature_id: Mapped[UUID] = mapped_column(ForeignKey("signatures.id"), primary_key=True)
    evidence: Mapped[dict[str, str]] = mapped_column(JSONB)
    """Name to base64: ``client_data_json``, ``authenticator_data``; ``crl_1`` … in DER."""


class TimeStamp(Base):
    """An authority's word on when a batch's signatures were complete: one a batch and round."""

    __tablename__ = "time_stamps"
    __table_args__ = (
        UniqueConstraint("batch_id", "round"),
        CheckConstraint("octet_length(digest) = 32", name="digest_length"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    batch_id: Mapped[UUID] = mapped_column(ForeignKey("batches.id"))
    round: Mapped[int]
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    """SHA-256 over the signatures in their order; what the authority stamped."""
    request: Mapped[bytes] = mapped_column(LargeBinary)
    """The RFC 3161 request in DER, with its nonce."""
    response: Mapped[bytes] = mapped_column(LargeBinary)
    """The authority's response in DER, as it came; the token is inside."""
    authority: Mapped[str] = mapped_column(Text)
    """Whom it was asked of."""
    stamped_at: Mapped[datetime]
    """The time in the token."""
    taken_at: Mapped[datetime]
    """Our own clock when it came."""

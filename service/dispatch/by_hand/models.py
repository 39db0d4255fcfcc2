"""What is kept about files that clerks carry."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from service.foundation import ids
from service.foundation.database import Base
from service.foundation.said import Said


class HandDelivery(Base):
    """One officer's word of what a clerk did with a file; it counts once another confirms it."""

    __tablename__ = "hand_deliveries"
    __table_args__ = (
        Index(
            "uq_hand_deliveries_asked",
            "bank_file_id",
            unique=True,
            postgresql_where=text("state = 'asked'"),
        ),
        CheckConstraint("said IN ('delivered', 'not_delivered')", name="said"),
        CheckConstraint("state IN ('asked', 'confirmed', 'withdrawn')", name="state"),
        CheckConstraint("(state = 'asked') = (decided_at IS NULL)", name="decided"),
        CheckConstraint("state <> 'confirmed' OR decided_by <> asked_by", name="two_people"),
        CheckConstraint(
            "(said = 'delivered') = (delivered_at IS NOT NULL AND receipt_no IS NOT NULL "
            "AND proof_sha256 IS NOT NULL)",
            name="evidence",
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    bank_file_id: Mapped[UUID] = mapped_column(ForeignKey("bank_files.id"))
    said: Mapped[str] = mapped_column(Text)
    """``delivered`` or ``not_delivered``."""
    state: Mapped[str] = mapped_column(Text, server_default="asked")
    reason: Mapped[str] = mapped_column(Said)
    delivered_at: Mapped[datetime | None]
    """The date and hour on the bank's receipt."""
    receipt_no: Mapped[str | None] = mapped_column(Text)
    """The number of the bank's receipt."""
    proof_sha256: Mapped[str | None] = mapped_column(Text)
    asked_by: Mapped[UUID] = mapped_column(ForeignKey("officers.id"))
    asked_at: Mapped[datetime]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("officers.id"))
    decided_at: Mapped[datetime | None]


class DeliveryProof(Base):
    """What proves a delivery, as it was uploaded: a scan of the receipt, or the bank's own file."""

    __tablename__ = "delivery_proofs"

    hand_delivery_id: Mapped[UUID] = mapped_column(
        ForeignKey("hand_deliveries.id"), primary_key=True
    )
    file_name: Mapped[str] = mapped_column(Text)
    size_bytes: Mapped[int]
    sha256: Mapped[str] = mapped_column(Text)
    content_sealed: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    """The bytes in base64, sealed for place ``delivery_proofs:content:<hand_delivery_id>``."""

"""Keep the bytes of a delivery that waits for the steward, sealed, and only for so long."""

from uuid import UUID

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from service.foundation.encryption import sealer
from service.residents.models import DeliveryContent

_PART_BYTES = 4 * 1024 * 1024


def keep_content(session: Session, delivery_id: UUID, content: bytes) -> None:
    """Seal and keep a delivery's bytes, in parts of a few megabytes."""
    for part_no, start in enumerate(range(0, len(content), _PART_BYTES)):
        # Sealing works on text; every byte is one character of Latin-1.
        text = content[start : start + _PART_BYTES].decode("latin-1")
        sealed = sealer().seal(text, _place(delivery_id, part_no))
        session.execute(
            insert(DeliveryContent).values(
                delivery_id=delivery_id, part_no=part_no, content_sealed=sealed
            )
        )


def kept_content(session: Session, delivery_id: UUID) -> bytes:
    """Return a waiting delivery's bytes."""
    parts = session.execute(
        select(DeliveryContent.part_no, DeliveryContent.content_sealed)
        .where(DeliveryContent.delivery_id == delivery_id)
        .order_by(DeliveryContent.part_no)
    )
    return b"".join(
        sealer().open(sealed, _place(delivery_id, part_no)).encode("latin-1")
        for part_no, sealed in parts
    )


def drop_content(session: Session, delivery_id: UUID) -> None:
    """Forget the bytes: the delivery was decided."""
    session.execute(delete(DeliveryContent).where(DeliveryContent.delivery_id == delivery_id))


def _place(delivery_id: UUID, part_no: int) -> str:
    return f"delivery_contents:content:{delivery_id}/{part_no}"

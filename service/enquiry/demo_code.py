"""Read a code aloud in the demonstration, where no text message ever arrives anywhere."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.enquiry.identify import index_of, message_place
from service.enquiry.models import CodeMessage, EnquiryCode
from service.foundation.encryption import sealer
from service.foundation.problems import NotFound
from service.foundation.settings import settings


def code_for_demo(session: Session, id_number: str) -> str | None:
    """Return the newest code asked for with an ID number, or None before the first.

    Raises NotFound in every profile but the demo's: a code is known to nobody but its owner. A
    number that belongs to nobody is shown a code as well, one that opens nothing.
    """
    if settings().profile != "demo":
        raise NotFound("page")
    message = session.scalars(
        select(CodeMessage)
        .join(EnquiryCode, EnquiryCode.id == CodeMessage.code_id)
        .where(EnquiryCode.id_index == index_of(id_number))
        .order_by(EnquiryCode.asked_at.desc())
        .limit(1)
    ).first()
    if message is None:
        return None
    return sealer().open(message.body_sealed, message_place(message.id))

"""A resident asks where the money is: the same way in as at the counter or on the phone."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.batches.models import Batch, Payment
from service.enquiry.answer import Answer, answer
from service.enquiry.identify import AskedTooOften, ask_code, enter, person_of
from service.enquiry.models import CodeMessage, EnquiryCode
from service.foundation.database import transaction
from service.foundation.encryption import sealer
from service.residents.models import PersonIdentifier


def a_resident_asks(month: str) -> Answer | None:
    """Let one paid resident of the month ask; None when nobody was paid or asked too often."""
    with transaction() as session:
        id_number = _somebody_paid(session, month)
    if id_number is None:
        return None
    try:
        with transaction() as session:
            ask_code(session, id_number)
    except AskedTooOften:
        return None
    with transaction() as session:
        token = enter(session, id_number, _received(session))
        person_id = person_of(session, token)
        return answer(session, person_id, month) if person_id is not None else None


def _somebody_paid(session: Session, month: str) -> str | None:
    identifier = session.scalars(
        select(PersonIdentifier)
        .join(Payment, Payment.payee_person_id == PersonIdentifier.person_id)
        .join(Batch, Batch.id == Payment.batch_id)
        .where(Batch.month == month, Payment.state == "paid", Payment.programme == "MZ15")
        .order_by(Payment.id)
        .limit(1)
    ).first()
    if identifier is None:
        return None
    return sealer().open(
        identifier.value_sealed, f"person_identifiers:value:{identifier.value_index.hex()}"
    )


def _received(session: Session) -> str:
    """Read the newest code message, as the resident does on the telephone."""
    message = session.scalars(
        select(CodeMessage)
        .join(EnquiryCode, EnquiryCode.id == CodeMessage.code_id)
        .order_by(CodeMessage.made_at.desc())
        .limit(1)
    ).one()
    return sealer().open(message.body_sealed, f"code_messages:body:{message.id}")

"""Say whose payment it is, where one person receives what is due to another."""

from sqlalchemy.orm import Session

from service.batches.models import Payment
from service.enquiry.asked import Paid
from service.residents.models import Person


def other_subject(session: Session, own: list[int], payment: Payment | Paid) -> str:
    """Return the surname of whom a payment is for; "" where it is the payee's own or a household's."""
    if payment.subject_kind != "person" or payment.subject_id in own:
        return ""
    subject = session.get(Person, payment.subject_id)
    return called(subject.name if subject else "")


def called(name: str | None) -> str:
    """Return a name as it is read aloud to somebody else: the surname, and that there is more."""
    return f"{name[0]}某某" if name else "某某"

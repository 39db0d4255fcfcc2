"""What the decision table asks about a resident: where the person lives, and which officers are related."""

from sqlalchemy.orm import Session

from service.officers.interests import officers_related_to
from service.officers.may import NOWHERE, Matter
from service.residents.identity.canonical import canonical
from service.residents.models import Person


def about_person(session: Session, person_id: int) -> Matter:
    """Return the matter of an act on one resident."""
    kept = canonical(session, person_id)
    person = session.get(Person, kept)
    return Matter(
        kind="resident",
        division=(person.division if person else None) or NOWHERE,
        conflicted=officers_related_to(session, [kept]),
    )

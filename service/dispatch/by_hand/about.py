"""What the decision table asks about a word on a carried file: the programme of that file."""

from uuid import UUID

from sqlalchemy.orm import Session

from service.dispatch.about import about_file
from service.dispatch.by_hand import queries
from service.dispatch.by_hand.models import HandDelivery
from service.foundation.problems import NotFound
from service.officers.may import Matter


def about_delivery(session: Session, delivery_id: UUID) -> Matter:
    """Return the matter of an act on what was said of a file; raises NotFound."""
    file_id = queries.file_of(session, delivery_id)
    if file_id is None:
        raise NotFound("delivery")
    return about_file(session, file_id)


def one_delivery(session: Session, delivery_id: UUID) -> HandDelivery:
    """Return what was said; raises NotFound."""
    found = session.get(HandDelivery, delivery_id)
    if found is None:
        raise NotFound("delivery")
    return found

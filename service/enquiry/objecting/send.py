"""Send an objection of whoever is signed in to where objections live."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from service.enquiry.objecting.against import listed, require_decision
from service.enquiry.wards.acting import Whom
from service.foundation import clock
from service.notices.objections.decision import Against, lodge_decision
from service.notices.objections.lodge import Lodged, Own, Said, lodge


@dataclass(frozen=True)
class Objecting:
    """What is objected to and what is said: a decision, or (with ``notice``) a posted list."""

    text: str
    once: str
    programme: str = ""
    month: str = ""
    notice: str = ""
    place: int | None = None


def object_to(session: Session, whose: Whom, given: Objecting) -> Lodged:
    """Keep an objection; a list is objected to in the reader's own name alone.

    Raises NotFound, ObjectionIncomplete, ObjectionStands, NoticeOver, ObjectedTooOften.
    """
    today = clock.today()
    if given.notice:
        found = listed(session, whose.reader, given.notice, given.place)
        said = Said(
            given.text, "resident" if found.is_own else "neighbour", "", given.place, given.once
        )
        return lodge(session, found.hanging.posted.notice, said, on=today, own=Own(whose.reader))
    require_decision(session, whose, given.month, given.programme)
    against = Against(given.programme, given.month, given.text, given.once)
    own = Own(whose.person_id, whose.acted_by, whose.acted_as)
    return lodge_decision(session, against, own, on=today)

"""What the decision table asks about an objection: where its line is; without one, the whole list."""

from sqlalchemy import ColumnElement, func, true
from sqlalchemy.orm import Session

from service.batches.models import Batch, Payment
from service.notices.objections.models import Objection
from service.officers.may import NOWHERE, Matter
from service.officers.models import Officer
from service.officers.reach import is_unlimited, within
from service.residents.models import Person


def about_objection(session: Session, objection: Objection) -> Matter:
    """Return the matter of an act on one objection.

    One against the whole list, or a line of no place, is the county's: a township neither reads nor
    answers it. One against a decision is where the person is registered.
    """
    place: str | None = None
    if objection.payment_id is not None:
        place = session.get_one(Payment, objection.payment_id).division
    elif objection.notice_id is None and objection.person_id is not None:
        place = session.get_one(Person, objection.person_id).division
    return Matter(kind="objection", division=place or NOWHERE, programme=objection.programme)


def concerned(objection: Objection, batch: Batch | None) -> dict[str, object]:
    """Return whose and what an act on an objection is, for the trail."""
    return {
        "batch": batch.id if batch else None,
        "programme": objection.programme,
        "payment": objection.payment_id,
        "person": objection.person_id if objection.notice_id is None else None,
    }


def objections_seen_by(officer: Officer, act: str = "notices.read") -> ColumnElement[bool]:
    """Select, of objections with their line or person, those of the officer's places and programmes."""
    if is_unlimited(officer, act):
        return true()
    place = func.coalesce(Payment.division, Person.division)
    return within(officer, act, division=place, programme=Objection.programme)

"""What the decision table asks about an objection: where its line is; without one, the whole list."""

from sqlalchemy import ColumnElement, true
from sqlalchemy.orm import Session

from service.batches.models import Batch, Payment
from service.notices.objections.models import Objection
from service.officers.may import NOWHERE, Matter
from service.officers.models import Officer
from service.officers.reach import is_unlimited, within


def about_objection(session: Session, objection: Objection, batch: Batch) -> Matter:
    """Return the matter of an act on one objection.

    One against the whole list, or a line of no place, is the county's: a township neither reads nor
    answers it.
    """
    payment_id = objection.payment_id
    payment = session.get(Payment, payment_id) if payment_id is not None else None
    return Matter(
        kind="objection",
        division=(payment.division if payment else None) or NOWHERE,
        programme=batch.programme,
    )


def objections_seen_by(officer: Officer, act: str = "notices.read") -> ColumnElement[bool]:
    """Select, of objections with their batch and line, those of the officer's places and programmes."""
    if is_unlimited(officer, act):
        return true()
    return within(officer, act, division=Payment.division, programme=Batch.programme)

"""Hand an upheld objection on to the office that has to put it right."""

from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.batches.models import Payment
from service.notices.objections.models import Objection
from service.programmes.owning_feed import owning_feed
from service.residents.tasks.redress import Upheld, open_redress


def hand_on(session: Session, objection: Objection, *, by: Actor) -> None:
    """Open the task of the department that pays the programme."""
    upheld = Upheld(
        objection_id=objection.id,
        objection_no=objection.objection_no,
        programme=objection.programme,
        month=objection.month,
        person_id=_whom(session, objection),
        feed=owning_feed(objection.programme),
    )
    open_redress(session, upheld, by=by)


def _whom(session: Session, objection: Objection) -> int | None:
    """Return whom it is about: never who objected to somebody else's line."""
    if objection.payment_id is not None:
        line = session.get_one(Payment, objection.payment_id)
        return line.subject_id if line.subject_kind == "person" else line.payee_person_id
    return objection.person_id if objection.notice_id is None else None

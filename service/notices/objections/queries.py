"""Every reading about objections for officers."""

import re
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, func, select, true
from sqlalchemy.orm import Session

from service.audit.record import record
from service.batches.models import Batch, Payment
from service.foundation.encryption import sealer
from service.foundation.problems import NotFound
from service.notices.models import Notice
from service.notices.objections.models import Objection
from service.officers.models import Officer
from service.residents.models import Person


@dataclass(frozen=True)
class Case:
    """An objection with the notice and the batch it is about; neither where it is about a decision."""

    objection: Objection
    notice: Notice | None
    batch: Batch | None

    def is_overdue(self, on: date) -> bool:
        """Return whether nobody answered in time."""
        return self.objection.state == "open" and self.objection.due_on < on


@dataclass(frozen=True)
class Waits:
    """How many objections wait, how many of them too long, and since when."""

    open: int
    overdue: int
    since: datetime | None
    overdue_since: datetime | None


def find(
    session: Session,
    *,
    state: str = "",
    notice: str = "",
    offset: int = 0,
    limit: int = 100,
    seen: ColumnElement[bool] | None = None,
) -> tuple[list[Case], int]:
    """Return objections, what is due first on top, and how many there are.

    ``seen`` selects those that the reader may see, of objections with their line or person.
    """
    chosen = _cases() if seen is None else _cases().where(seen)
    if state:
        chosen = chosen.where(Objection.state == state)
    if notice:
        chosen = chosen.where(Notice.number == notice)
    total = session.scalar(select(func.count()).select_from(chosen.subquery())) or 0
    rows = session.execute(
        chosen.order_by(Objection.state != "open", Objection.due_on, Objection.number)
        .offset(offset)
        .limit(limit)
    )
    return [Case(one, posted, batch) for one, posted, batch in rows], total


def by_no(session: Session, objection_no: str) -> Case:
    """Return one objection by what officers call it; raises NotFound."""
    digits = objection_no[1:]
    if objection_no[:1] != "O" or not re.fullmatch(r"[0-9]{1,15}", digits):
        raise NotFound("objection")
    row = session.execute(_cases().where(Objection.number == int(digits))).first()
    if row is None:
        raise NotFound("objection")
    return Case(*row)


def opened(session: Session, objection: Objection, *, by: Officer, session_id: str = "") -> str:
    """Return what was said, opened for an officer; the reading is recorded."""
    said = sealer().open(objection.text_sealed, f"objections:text:{objection.id}")
    record(session, "objection.read", by=by.actor(session_id), on=("objections", objection.id))
    return said


def contact_of(objection: Objection) -> str:
    """Return how the objector can be asked, or nothing."""
    if objection.contact_sealed is None:
        return ""
    return sealer().open(objection.contact_sealed, f"objections:contact:{objection.id}")


def line_reference(session: Session, objection: Objection) -> str:
    """Return the reference of the line an objection is about, or "" for a whole list."""
    if objection.payment_id is None:
        return ""
    return session.get_one(Payment, objection.payment_id).reference


def waiting(session: Session, *, on: date, seen: ColumnElement[bool] | None = None) -> Waits:
    """Return what waits for an answer; ``seen`` as in :func:`find`."""
    late = Objection.due_on < on
    row = session.execute(
        select(
            func.count(),
            func.count().filter(late),
            func.min(Objection.lodged_at),
            func.min(Objection.lodged_at).filter(late),
        )
        .select_from(Objection)
        .outerjoin(Payment, Payment.id == Objection.payment_id)
        .outerjoin(Person, _of_decision())
        .where(Objection.state == "open", true() if seen is None else seen)
    ).one()
    return Waits(*row)


def _cases() -> Select[Objection, Notice | None, Batch | None]:
    return (
        select(Objection, Notice, Batch)
        .outerjoin(Notice, Notice.id == Objection.notice_id)
        .outerjoin(Batch, Batch.id == Notice.batch_id)
        .outerjoin(Payment, Payment.id == Objection.payment_id)
        .outerjoin(Person, _of_decision())
    )


def _of_decision() -> ColumnElement[bool]:
    """Who lodged one against a list is nobody's business; a decision is the person's own."""
    return (Person.id == Objection.person_id) & Objection.notice_id.is_(None)

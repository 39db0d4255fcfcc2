"""Object to a decision about oneself, or about whom one cares for: how much, or why not.

No line waits for it: what is paid goes on meanwhile, and what was too little follows.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.foundation import ids
from service.foundation.working_days import last_day
from service.notices.objections.codes import code_for, code_index
from service.notices.objections.lodge import Lodged, Own, Said, begin, keep, refuse_haste
from service.notices.objections.models import Objection
from service.notices.objections.problems import ObjectionStands
from service.programmes.catalogue import rules
from service.residents.identity.canonical import aliases

ANSWER_DAYS = 15
"""Working days to the answer where no rule names them any more."""


@dataclass(frozen=True)
class Against:
    """The decision, what is said against it, and what the form carried."""

    programme: str
    month: str
    text: str
    once: str


def lodge_decision(session: Session, against: Against, own: Own, *, on: date) -> Lodged:
    """Keep an objection to a decision. Pressing twice (the same ``once``) is one objection.

    Whoever calls has found that the decision is about the person or paid to them. Raises
    ObjectionIncomplete, ObjectionStands, ObjectedTooOften.
    """
    acting = own.acted_by or own.person_id
    code = code_for(f"{acting} {against.once}")
    before = begin(session, against.text, "resident", code)
    if before is not None:
        return Lodged(before, code, line_held=False)
    _refuse_twice(session, against, own)
    refuse_haste(session, own)
    programme = rules().programmes.get(against.programme)
    days = programme.notice.answer_days if programme else ANSWER_DAYS
    made = Objection(
        id=ids.uuid7(),
        programme=against.programme,
        month=against.month,
        person_id=own.person_id,
        acted_by=own.acted_by,
        acted_as=own.acted_as,
        who="resident",
        code_index=code_index(code),
        due_on=last_day(on, days, working=True).last,
    )
    by = Actor(kind="resident", id=str(acting))
    keep(session, made, Said(against.text, "resident"), by=by, notice="", batch=None)
    return Lodged(made, code, line_held=False)


def _refuse_twice(session: Session, against: Against, own: Own) -> None:
    stands = session.scalar(
        select(Objection)
        .where(
            Objection.person_id.in_(aliases(session, own.person_id)),
            Objection.notice_id.is_(None),
            Objection.programme == against.programme,
            Objection.month == against.month,
            Objection.state == "open",
        )
        .limit(1)
    )
    if stands is not None:
        raise ObjectionStands(stands.objection_no)

"""What an objector may read with the code: the state, the days, and the answer; never what was said."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.record import record
from service.notices.models import Notice
from service.notices.objections.codes import code_index
from service.notices.objections.lodge import PUBLIC
from service.notices.objections.models import Objection
from service.notices.objections.problems import NoSuchAnswer


@dataclass(frozen=True)
class Tracked:
    """An objection as its objector may follow it."""

    notice_number: str
    state: str
    lodged_at: datetime
    due_on: date
    answered_at: datetime | None
    answer: str

    def is_overdue(self, on: date) -> bool:
        """Return whether nobody answered in time."""
        return self.state == "open" and self.due_on < on


def tracked(session: Session, code: str) -> Tracked:
    """Return what became of the objection with this code; raises NoSuchAnswer. The reading is recorded."""
    row = session.execute(
        select(Objection, Notice.number)
        .join(Notice, Notice.id == Objection.notice_id)
        .where(Objection.code_index == code_index(code))
    ).first()
    if row is None:
        raise NoSuchAnswer
    found, number = row
    record(session, "objection.tracked", by=PUBLIC, on=("objections", found.id))
    return Tracked(
        notice_number=number or "",
        state=found.state,
        lodged_at=found.lodged_at,
        due_on=found.due_on,
        answered_at=found.answered_at,
        answer=found.answer or "",
    )

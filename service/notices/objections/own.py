"""What somebody who is signed in reads of the objections in the own name, and in a ward's."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.foundation.encryption import sealer
from service.notices.models import Notice
from service.notices.objections.models import Objection
from service.residents.identity.canonical import aliases, canonical

SHOWN_MAX = 100


@dataclass(frozen=True)
class OwnObjection:
    """An objection, where it stands, and the officer's words ("" until then)."""

    id: UUID
    number: str
    programme: str
    month: str
    notice_number: str
    """Empty where it is against a decision."""
    place: int | None
    text: str
    lodged_at: datetime
    due_on: date
    state: str
    answered_at: datetime | None
    answer: str
    person_id: int
    acted_by: int | None
    acted_as: str

    def is_overdue(self, on: date) -> bool:
        """Return whether nobody answered in time."""
        return self.state == "open" and self.due_on < on


def own_objections(
    session: Session, person_id: int, wards: Mapping[int, str]
) -> list[OwnObjection]:
    """Return those in a person's name and those that the person sent for somebody, newest first.

    Only of ``wards`` (by canonical number) is anything told that was sent for another: who looks
    after them no more reads no more.
    """
    own = aliases(session, person_id)
    rows = session.execute(
        select(Objection, Notice.number)
        .outerjoin(Notice, Notice.id == Objection.notice_id)
        .where(Objection.person_id.in_(own) | Objection.acted_by.in_(own))
        .order_by(Objection.number.desc())
        .limit(SHOWN_MAX)
    )
    return [
        _told(one, number or "")
        for one, number in rows
        if one.person_id in own or canonical(session, one.person_id or 0) in wards
    ]


def _told(one: Objection, notice: str) -> OwnObjection:
    return OwnObjection(
        id=one.id,
        number=one.objection_no,
        programme=one.programme,
        month=one.month,
        notice_number=notice,
        place=one.place,
        text=sealer().open(one.text_sealed, f"objections:text:{one.id}"),
        lodged_at=one.lodged_at,
        due_on=one.due_on,
        state=one.state,
        answered_at=one.answered_at,
        answer=one.answer or "",
        person_id=one.person_id or 0,
        acted_by=one.acted_by,
        acted_as=one.acted_as or "",
    )

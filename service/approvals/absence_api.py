"""Absences for programs: who is away and who stands in, registering the own and ending it."""

from datetime import date
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.approvals import absences
from service.approvals.models import Delegation
from service.approvals.pages import require_steps, stand_in
from service.batches.api import Strict
from service.foundation import clock
from service.officers.acting import Act, NoMore
from service.officers.may import require
from service.officers.models import Officer
from service.officers.signed_in import SignedInOfficer
from service.web.transactions import Transaction

router = APIRouter(prefix="/api/absences", tags=["absences"])


class AbsenceIn(Strict):
    """The days of the own absence; ``delegate`` is the user name of who stands in, or empty."""

    from_day: date = Field(examples=["2026-12-01"])
    to_day: date = Field(examples=["2026-12-05"])
    delegate: str = Field(default="", max_length=40)
    reason: str = Field(max_length=absences.REASON_CHARS_MAX, examples=["年休假"])


class AbsenceOut(Strict):
    """Who is away when, and who stands in; user names."""

    id: UUID
    officer: str
    from_day: date
    to_day: date
    delegate: str
    ended: bool


@router.get("")
def list_absences(session: Transaction, officer: SignedInOfficer) -> list[AbsenceOut]:
    """Who is away today or later, the next first."""
    require(officer, "approvals.read")
    return _out(session, absences.every_coming(session, on=clock.today()))


@router.post("", status_code=201)
def register_absence(act: Act, body: AbsenceIn) -> AbsenceOut:
    """Register the own absence. Problems: ``absence_unusable``, ``delegate_unusable``, ``reason_missing``."""
    require_steps(act.officer)

    def do() -> AbsenceOut:
        made = absences.register(
            act.session,
            act.officer,
            from_day=body.from_day,
            to_day=body.to_day,
            delegate=stand_in(act.session, body.delegate),
            reason=body.reason,
            by=act.by,
            on=clock.today(),
        )
        return _out(act.session, [made])[0]

    return act.once(body, do, AbsenceOut)


@router.post("/{absence_id}/end")
def end_absence(act: Act, absence_id: UUID, body: NoMore) -> AbsenceOut:
    """End the own absence now; ending it twice is no error."""
    require_steps(act.officer)

    def do() -> AbsenceOut:
        one = absences.own(act.session, act.officer, absence_id)
        absences.end(act.session, one, by=act.by)
        return _out(act.session, [one])[0]

    return act.once(body, do, AbsenceOut)


def _out(session: Session, found: list[Delegation]) -> list[AbsenceOut]:
    people = {one for each in found for one in (each.absent_id, each.delegate_id) if one}
    rows = session.execute(select(Officer.id, Officer.username).where(Officer.id.in_(people)))
    named = {row.id: row.username for row in rows}
    return [
        AbsenceOut(
            id=one.id,
            officer=named[one.absent_id],
            from_day=one.from_day,
            to_day=one.to_day,
            delegate=named[one.delegate_id] if one.delegate_id else "",
            ended=one.ended_at is not None,
        )
        for one in found
    ]

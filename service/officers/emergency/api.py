"""Emergency access for programs: ask, witness, end, and what the auditor keeps about it."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import Response

from service.officers.acting import Act, Declared, NoMore
from service.officers.emergency import access, queries
from service.officers.emergency.access import MINUTES_MAX, REASON_CHARS_MAX, WitnessNeeded
from service.officers.emergency.models import EmergencyAccess
from service.officers.emergency.pages import ACTS, keep_attempt
from service.officers.may import require
from service.officers.signed_in import SignedInOfficer
from service.web.problem_pages import respond
from service.web.transactions import Transaction

router = APIRouter(prefix="/api/emergency", tags=["officers"])


class EmergencyIn(Declared):
    """For how long an officer has to read without the duty, and why."""

    minutes: int = Field(ge=1, le=MINUTES_MAX, examples=[30])
    reason: str = Field(max_length=REASON_CHARS_MAX, examples=["夜间停电，须核对当日发放名单"])


class ReviewIn(Declared):
    """What the auditor found."""

    note: str = Field(max_length=REASON_CHARS_MAX)


class EmergencyOut(Declared):
    """An emergency access."""

    id: UUID
    officer_id: UUID
    state: str = Field(examples=["asked"])
    minutes: int
    reason: str
    asked_at: datetime
    until: datetime | None
    reviewed_at: datetime | None


@router.get("")
def list_accesses(session: Transaction, officer: SignedInOfficer) -> list[EmergencyOut]:
    """The accesses that the officer may see, the newest first."""
    require(officer, "emergency.ask")
    return [_out(one) for one in queries.seen_by(session, officer)]


@router.post("", status_code=201)
def ask_access(act: Act, body: EmergencyIn) -> EmergencyOut:
    """Ask to read without the duty. Problems: ``emergency_incomplete``, ``emergency_standing``."""

    def do() -> EmergencyOut:
        asked = access.ask(
            act.session, minutes=body.minutes, reason=body.reason, by=act.officer,
            session_id=act.session_id,
        )  # fmt: skip
        return _out(asked)

    return act.once(body, do, EmergencyOut)


@router.post("/{access_id}/review")
def review_access(act: Act, access_id: UUID, body: ReviewIn) -> EmergencyOut:
    """Keep what the auditor found. Problems: ``emergency_incomplete``, ``emergency_standing``."""

    def do() -> EmergencyOut:
        done = access.review(
            act.session, access_id, note=body.note, by=act.officer, session_id=act.session_id
        )
        return _out(done)

    return act.once(body, do, EmergencyOut)


@router.post("/{access_id}/{act}", response_model=EmergencyOut)
def decide_access(
    doing: Act, access_id: UUID, act: Literal["confirm", "end"], body: NoMore
) -> EmergencyOut | Response:
    """Witness an access, refuse it, or end it before its time.

    Problems: ``witness_needed``, ``illegal_move``.
    """

    def do() -> EmergencyOut:
        done = ACTS[act](doing.session, access_id, by=doing.officer, session_id=doing.session_id)
        return _out(done)

    try:
        with doing.session.begin_nested():
            return doing.once(body, do, EmergencyOut)
    except WitnessNeeded as problem:
        keep_attempt(doing.session, access_id, by=doing.by)
        return respond(problem)


def _out(one: EmergencyAccess) -> EmergencyOut:
    names = ("id", "officer_id", "state", "minutes", "reason", "asked_at", "until", "reviewed_at")
    return EmergencyOut(**{name: getattr(one, name) for name in names})

"""Objections for officers' programs: list, take for somebody, read, answer."""

from datetime import date, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from pydantic import Field

from service.batches.api import Strict
from service.batches.pages import session_id
from service.foundation import clock
from service.notices import queries as notices
from service.notices.objections import queries
from service.notices.objections.about import about_objection, objections_seen_by
from service.notices.objections.answer import answer
from service.notices.objections.lodge import Said, lodge
from service.notices.objections.queries import Case
from service.notices.public_api import ObjectionIn, ObjectionTaken
from service.officers.may import require
from service.officers.once_only import once_only
from service.officers.signed_in import SignedInOfficer
from service.web.transactions import Transaction

router = APIRouter(prefix="/api/objections", tags=["notices"])


class ObjectionOut(Strict):
    """One objection; what was said is sealed and told only when it is read."""

    objection_no: str = Field(examples=["O000123"])
    notice_number: str = Field(description="Empty where it is against a decision.")
    batch_no: str
    programme: str = Field(examples=["MZ17"])
    month: str = Field(examples=["2026-10"])
    place: int | None
    state: str = Field(description="open, upheld or dismissed.")
    lodged_at: datetime
    due_on: date
    overdue: bool
    answer: str


class ObjectionRead(ObjectionOut):
    """With what was said; the reading is recorded."""

    text: str
    contact: str


class TakenFor(ObjectionIn):
    """An objection written down for somebody."""

    notice_number: str = Field(max_length=60)


class AnswerIn(Strict):
    """The decision and the reason the objector reads."""

    decision: Literal["upheld", "dismissed"]
    reason: str = Field(max_length=2_000)


@router.get("")
def list_objections(
    session: Transaction,
    officer: SignedInOfficer,
    state: Annotated[str, Query(max_length=20)] = "",
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> list[ObjectionOut]:
    """List objections, what is due first on top, a hundred a page."""
    require(officer, "notices.read")
    cases, _ = queries.find(
        session, state=state, offset=(page - 1) * 100, seen=objections_seen_by(officer)
    )
    return [out(case) for case in cases]


@router.post("", status_code=201)
@once_only
def take_objection(
    request: Request, session: Transaction, officer: SignedInOfficer, given: TakenFor
) -> ObjectionTaken:
    """Take an objection for somebody, until the list is approved."""
    require(officer, "notices.take_objection")
    today = clock.today()
    lodged = lodge(
        session,
        notices.by_number(session, given.notice_number, on=today).notice,
        Said(given.text, given.who, given.contact, given.place, given.once),
        on=today,
        taken_by=officer,
        session_id=session_id(request),
    )
    return ObjectionTaken(
        code=lodged.code, line_held=lodged.line_held, due_on=lodged.objection.due_on
    )


@router.get("/{objection_no}")
def read_objection(
    request: Request, session: Transaction, officer: SignedInOfficer, objection_no: str
) -> ObjectionRead:
    """Read what was said, as who may answer it."""
    require(officer, "notices.decide_objection")
    case = queries.by_no(session, objection_no)
    require(officer, "notices.decide_objection", about_objection(session, case.objection))
    said = queries.opened(session, case.objection, by=officer, session_id=session_id(request))
    return ObjectionRead(
        **out(case).model_dump(), text=said, contact=queries.contact_of(case.objection)
    )


@router.post("/{objection_no}/answer")
@once_only
def answer_objection(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    objection_no: str,
    given: AnswerIn,
) -> ObjectionOut:
    """Uphold or dismiss. Problems: ``objection_another_officer``, ``objection_answer_missing``."""
    require(officer, "notices.decide_objection")
    case = queries.by_no(session, objection_no)
    require(officer, "notices.decide_objection", about_objection(session, case.objection))
    answer(
        session,
        case.objection,
        upheld=given.decision == "upheld",
        reason=given.reason,
        by=officer,
        session_id=session_id(request),
    )
    return out(case)


def out(case: Case) -> ObjectionOut:
    """Return an objection as programs are told about it."""
    one = case.objection
    return ObjectionOut(
        objection_no=one.objection_no,
        notice_number=(case.notice.number if case.notice else "") or "",
        batch_no=case.batch.batch_no if case.batch else "",
        programme=one.programme,
        month=one.month,
        place=one.place,
        state=one.state,
        lodged_at=one.lodged_at,
        due_on=one.due_on,
        overdue=case.is_overdue(clock.today()),
        answer=one.answer or "",
    )

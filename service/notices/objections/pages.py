"""Officers' pages: objections by due day, one with its answer, and taking one at the counter."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from service.batches.history import officer_names
from service.batches.pages import session_id
from service.batches.words import programme_name
from service.foundation import clock
from service.foundation.problems import Problem
from service.notices import queries as notices
from service.notices.models import Notice
from service.notices.objections import queries, words
from service.notices.objections.about import about_objection, objections_seen_by
from service.notices.objections.answer import ANSWER_CHARS_MAX, answer, may_answer
from service.notices.objections.codes import fresh_once
from service.notices.objections.form import ObjectionForm
from service.notices.objections.lodge import CONTACT_CHARS_MAX, TEXT_CHARS_MAX, Said, lodge
from service.notices.objections.models import Objection
from service.notices.objections.problems import (
    AnotherOfficerAnswers,
    AnswerMissing,
    NoticeOver,
    ObjectionIncomplete,
)
from service.officers.may import may, require
from service.officers.models import Officer
from service.officers.signed_in import SignedInOfficer
from service.web import navigation
from service.web.filters import day, moment
from service.web.here import visit
from service.web.language import gettext, translatable
from service.web.render import page
from service.web.transactions import Transaction
from service.web.view_models import Column, Fault, Option, Row

router = APIRouter()
navigation.register(
    "notices",
    translatable("Objections"),
    "/objections",
    act="notices.read",
    beneath=("/notices",),
)
ROWS_A_PAGE = 100


@router.get("/objections")
def show_objections(
    session: Transaction,
    officer: SignedInOfficer,
    state: Annotated[str, Query(max_length=20)] = "",
    page_no: Annotated[int, Query(alias="page", ge=1, le=100_000)] = 1,
) -> Response:
    """Every objection, what is due first on top."""
    require(officer, "notices.read")
    today = clock.today()
    cases, total = queries.find(
        session,
        state=state,
        offset=(page_no - 1) * ROWS_A_PAGE,
        limit=ROWS_A_PAGE,
        seen=objections_seen_by(officer),
    )
    return page(
        "notices/objections.html",
        state=state,
        states=[
            Option("", gettext("all")),
            *(Option(one, words.state_tag(one).text) for one in ("open", "upheld", "dismissed")),
        ],
        columns=[
            Column(gettext("Objection")),
            Column(gettext("Programme")),
            Column(gettext("Notice")),
            Column(gettext("Line")),
            Column(gettext("To be answered by")),
            Column(gettext("State")),
        ],
        rows=[
            Row(
                [
                    case.objection.objection_no,
                    programme_name(case.objection.programme),
                    case.notice.number if case.notice else gettext("a decision"),
                    _place(case.objection),
                    day(case.objection.due_on),
                    words.state_tag(
                        case.objection.state,
                        overdue=case.is_overdue(today),
                        decision=case.notice is None,
                    ),
                ],
                href=f"/objections/{case.objection.objection_no}",
                tone="bad" if case.is_overdue(today) else "",
            )
            for case in cases
        ],
        page_no=page_no,
        pages=max(-(-total // ROWS_A_PAGE), 1),
        total=total,
        may_take=may(officer, "notices.take_objection"),
    )


@router.get("/objections/take")
def show_taking(session: Transaction, officer: SignedInOfficer) -> Response:
    """The form for somebody who objects at the counter or by telephone."""
    require(officer, "notices.take_objection")
    return _taking(session, Said(text="", once=fresh_once()))


@router.post("/objections/take")
def take(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    form: Annotated[ObjectionForm, Form()],
) -> Response:
    """Keep it in the officer's name; another officer answers."""
    require(officer, "notices.take_objection")
    today, notice, said = clock.today(), form.notice, form.said()
    posted = notices.by_number(session, notice, on=today)
    try:
        with session.begin_nested():
            lodged = lodge(
                session,
                posted.notice,
                said,
                on=today,
                taken_by=officer,
                session_id=session_id(request),
            )
    except (ObjectionIncomplete, NoticeOver) as problem:
        return _taking(session, said, problem, notice=notice)
    return page(
        "notices/lodged.html",
        number=notice,
        code=lodged.code,
        line_held=lodged.line_held,
        due_on=lodged.objection.due_on,
    )


@router.get("/objections/{objection_no}")
def show_objection(
    request: Request, session: Transaction, officer: SignedInOfficer, objection_no: str
) -> Response:
    """One objection with what was said; reading it is recorded."""
    require(officer, "notices.read")
    case = queries.by_no(session, objection_no)
    require(officer, "notices.read", about_objection(session, case.objection))
    return _one(request, session, officer, case)


@router.post("/objections/{objection_no}")
def answer_objection(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    objection_no: str,
    decision: Annotated[str, Form(max_length=20)] = "",
    reason: Annotated[str, Form(max_length=2_000)] = "",
) -> Response:
    """Uphold or dismiss it, with a reason."""
    require(officer, "notices.decide_objection")
    case = queries.by_no(session, objection_no)
    require(officer, "notices.decide_objection", about_objection(session, case.objection))
    try:
        with session.begin_nested():
            answer(
                session,
                case.objection,
                upheld=decision == "upheld",
                reason=reason if decision in {"upheld", "dismissed"} else "",
                by=officer,
                session_id=session_id(request),
            )
    except (AnswerMissing, AnotherOfficerAnswers) as problem:
        return _one(request, session, officer, case, problem, reason=reason)
    return RedirectResponse(f"/objections/{objection_no}", status_code=303)


def _taking(
    session: Session, said: Said, problem: Problem | None = None, *, notice: str = ""
) -> Response:
    hanging = [
        one for one in notices.posted(session, on=clock.today()) if one.batch.state == "noticed"
    ]
    return page(
        "notices/take.html",
        status=problem.status if problem else 200,
        faults=[Fault(problem.say(visit().language), field="text")] if problem else [],
        notices=[
            Option(
                one.notice.number or "",
                f"{programme_name(one.batch.programme)} · {one.notice.number}",
            )
            for one in hanging
            if one.standing != "replaced"
        ],
        notice=notice,
        said=said,
        who_options=words.who_options(),
        text_max=TEXT_CHARS_MAX,
        contact_max=CONTACT_CHARS_MAX,
    )


def _one(
    request: Request,
    session: Session,
    officer: Officer,
    case: queries.Case,
    problem: Problem | None = None,
    *,
    reason: str = "",
) -> Response:
    one, today, is_decision = case.objection, clock.today(), case.notice is None
    about = about_objection(session, one)
    reads = may(officer, "notices.decide_objection", about) or one.taken_by == officer.id
    named = officer_names(session, {by for by in (one.taken_by, one.answered_by) if by})
    pairs = [
        (gettext("Programme"), programme_name(one.programme)),
        *_against(session, case),
        (gettext("Received"), moment(one.lodged_at)),
        (gettext("To be answered by"), day(one.due_on)),
    ]
    if one.taken_by:
        pairs.append((gettext("Written down by"), named.get(str(one.taken_by), "")))
    if one.answered_by:
        pairs.append((gettext("Answered by"), named.get(str(one.answered_by), "")))
        pairs.append((gettext("The answer"), one.answer or ""))
    return page(
        "notices/objection.html",
        status=problem.status if problem else 200,
        faults=[Fault(problem.say(visit().language), field="reason")] if problem else [],
        one=one,
        tag=words.state_tag(one.state, overdue=case.is_overdue(today), decision=is_decision),
        pairs=pairs,
        said=queries.opened(session, one, by=officer, session_id=session_id(request))
        if reads
        else "",
        contact=queries.contact_of(one) if reads else "",
        is_open=one.state == "open",
        may_answer=one.state == "open"
        and may(officer, "notices.decide_objection", about)
        and may_answer(session, one, officer),
        batch_no=case.batch.batch_no if case.batch else "",
        person_id=one.person_id if is_decision else None,
        is_decision=is_decision,
        line_reference=queries.line_reference(session, one),
        may_read_batch=may(officer, "batches.read"),
        reason=reason,
        reason_max=ANSWER_CHARS_MAX,
    )


def _place(one: Objection) -> str | None:
    if one.notice_id is None:
        return None
    return str(one.place) if one.place else gettext("whole list")


def _against(session: Session, case: queries.Case) -> list[tuple[str, str]]:
    """Return what is objected to: a line or list as it hangs, or a decision of a month."""
    one = case.objection
    if case.notice is None:
        return [(gettext("Decision for"), one.month), (gettext("Sent by"), words.who_decided(one))]
    return [
        (gettext("Notice"), case.notice.number or ""),
        (gettext("Line"), _line(session, case.notice, one.place)),
        (gettext("Sent by"), words.who(one.who)),
    ]


def _line(session: Session, notice: Notice, place: int | None) -> str:
    """Return the line as it hangs: its number, and the name as far as it is shown."""
    if place is None:
        return gettext("whole list")
    shown = notices.shown_line(session, notice, place)
    return f"{place} · {shown.name_masked}" if shown else str(place)

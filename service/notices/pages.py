"""The public pages: what hangs, one notice, an objection, and the answer to it. Nobody signs in."""

from typing import Annotated

from fastapi import APIRouter, Form, Path, Query
from sqlalchemy.orm import Session
from starlette.responses import Response

from service.audit.proof.daily import daily_roots
from service.foundation import clock
from service.foundation.problems import NotFound, Problem
from service.notices import queries
from service.notices.objections.codes import fresh_once
from service.notices.objections.form import ObjectionForm
from service.notices.objections.lodge import (
    CONTACT_CHARS_MAX,
    TEXT_CHARS_MAX,
    Said,
    lodge,
)
from service.notices.objections.problems import (
    NoSuchAnswer,
    NoticeOver,
    ObjectedTooOften,
    ObjectionIncomplete,
)
from service.notices.objections.track import Tracked, tracked
from service.notices.objections.words import state_tag, who_options
from service.notices.public_view import notice_view, public_title, standing_tag
from service.notices.queries import Posted
from service.web.filters import day
from service.web.here import visit
from service.web.language import gettext
from service.web.render import page
from service.web.transactions import Transaction
from service.web.view_models import Column, Fault, Row, Tag

router = APIRouter()
Number = Annotated[str, Path(max_length=60)]
After = Annotated[int, Query(ge=0, le=10_000_000)]
Division = Annotated[str, Query(max_length=12)]
Line = Annotated[int, Query(alias="line", ge=0, le=10_000_000)]


@router.get("/notices")
def show_notices(session: Transaction) -> Response:
    """Every list that hangs now, and those that ended lately."""
    today = clock.today()
    return page(
        "notices/list.html",
        columns=[
            Column(gettext("Subsidy")),
            Column(gettext("Paid for")),
            Column(gettext("Last day")),
            Column(gettext("State")),
            Column(gettext("Number")),
        ],
        rows=[
            Row(
                [
                    public_title(one),
                    one.batch.month,
                    day(one.notice.ends_on),
                    standing_tag(one, today),
                    one.notice.number,
                ],
                href=f"/notices/{one.notice.number}",
            )
            for one in queries.posted(session, on=today)
        ],
        root_columns=[
            Column(gettext("Day")),
            Column(gettext("Entries"), "number"),
            Column(gettext("Digest of everything recorded so far"), "code"),
        ],
        roots=[
            Row([day(one.day), one.size, one.grouped]) for one in daily_roots(session, before=today)
        ],
    )


@router.get("/notices/answer")
def ask_code() -> Response:
    """Ask for the code that somebody was given with an objection."""
    return _answer_page()


@router.post("/notices/answer")
def show_answer(session: Transaction, code: Annotated[str, Form(max_length=64)] = "") -> Response:
    """Show what became of an objection; the code never stands in an address."""
    try:
        found = tracked(session, code)
    except NoSuchAnswer as problem:
        return _answer_page(problem)
    return _answer_page(
        answer=found, tag=state_tag(found.state, overdue=found.is_overdue(clock.today()))
    )


@router.get("/notices/{number}")
def show_notice(
    session: Transaction,
    number: Number,
    village: Division = "",
    after: After = 0,
    paper: Annotated[int, Query(ge=0, le=1)] = 0,
) -> Response:
    """One notice, of all villages or one; ``paper=1`` is the list for the board, without links."""
    today = clock.today()
    posted = queries.by_number(session, number, on=today)
    view = notice_view(
        session, posted, on=today, village=village, after=after, everything=bool(paper)
    )
    roots = daily_roots(session, before=today, days=1) if paper else []
    return page(
        "notices/notice.html", view=view, paper=bool(paper), root=roots[0] if roots else None
    )


@router.get("/notices/{number}/object")
def show_form(session: Transaction, number: Number, line: Line = 0) -> Response:
    """The form to object, to one line or to the list."""
    posted = queries.by_number(session, number, on=clock.today())
    return _form(session, posted, Said(text="", place=line or None, once=fresh_once()))


@router.post("/notices/{number}/object")
def object_to(
    session: Transaction, number: Number, form: Annotated[ObjectionForm, Form()]
) -> Response:
    """Take the objection and tell the code; pressing again tells the same one."""
    today, said = clock.today(), form.said()
    posted = queries.by_number(session, number, on=today)
    try:
        with session.begin_nested():
            lodged = lodge(session, posted.notice, said, on=today)
    except (ObjectionIncomplete, NoticeOver, ObjectedTooOften) as problem:
        return _form(session, posted, said, problem)
    return page(
        "notices/lodged.html",
        number=number,
        code=lodged.code,
        line_held=lodged.line_held,
        due_on=lodged.objection.due_on,
    )


def _form(session: Session, posted: Posted, said: Said, problem: Problem | None = None) -> Response:
    if posted.standing != "hanging" and problem is None:
        problem = NoticeOver(posted.notice.ends_on)
    shown = queries.shown_line(session, posted.notice, said.place or 0)
    if problem is None and said.place is not None and shown is None:
        raise NotFound("line")
    response = page(
        "notices/object.html",
        status=problem.status if problem else 200,
        faults=[Fault(problem.say(visit().language), field="text")] if problem else [],
        number=posted.notice.number,
        title=public_title(posted),
        is_hanging=posted.standing == "hanging",
        line="" if said.place is None else str(said.place),
        name=shown.name_masked if shown else "",
        who=said.who,
        who_options=who_options(),
        text=said.text,
        text_max=TEXT_CHARS_MAX,
        contact=said.contact,
        contact_max=CONTACT_CHARS_MAX,
        once=said.once,
    )
    if isinstance(problem, ObjectedTooOften):
        response.headers["retry-after"] = str(problem.retry_after_seconds)
    return response


def _answer_page(
    problem: Problem | None = None, *, answer: Tracked | None = None, tag: Tag | None = None
) -> Response:
    return page(
        "notices/answer.html",
        status=problem.status if problem else 200,
        faults=[Fault(problem.say(visit().language), field="code")] if problem else [],
        answer=answer,
        tag=tag,
    )

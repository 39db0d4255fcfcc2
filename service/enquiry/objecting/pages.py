"""Object in a few pages, one question each: to what, and what is wrong; then read it once more."""

import re
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from service.enquiry import queries
from service.enquiry.objecting.against import (
    hanging_here,
    listed,
    programmes_decided,
    require_decision,
)
from service.enquiry.objecting.send import Objecting, object_to
from service.enquiry.requests.list_pages import show_all
from service.enquiry.signed_in import person
from service.enquiry.wards.acting import Whom, whom
from service.foundation import clock, ids
from service.foundation.months import Month
from service.foundation.problems import NotFound, Problem
from service.foundation.spoken import spoken_day, spoken_period
from service.notices import queries as notices
from service.notices.objections.lodge import TEXT_CHARS_MAX, TEXT_CHARS_MIN
from service.notices.objections.problems import (
    NoticeOver,
    ObjectedTooOften,
    ObjectionIncomplete,
    ObjectionStands,
)
from service.notices.public_view import public_title
from service.programmes.titles import title
from service.web.here import visit
from service.web.language import gettext
from service.web.render import page
from service.web.transactions import Transaction
from service.web.view_models import Fault, Option

router = APIRouter()
LINES_A_PAGE = 50
Key = Annotated[str, Query(alias="whom", max_length=24)]
Choosing = Annotated[str, Query(max_length=7)]
Number = Annotated[str, Query(max_length=60)]


class ObjectForm(BaseModel):
    """What the pages hand on; ``notice`` and ``place``, or ``code`` and ``month``."""

    code: str = Field(default="", max_length=16)
    month: str = Field(default="", max_length=7)
    notice: str = Field(default="", max_length=60)
    place: str = Field(default="", max_length=10)
    whom: str = Field(default="", max_length=24)
    text: str = Field(default="", max_length=5_000)
    once: str = Field(default="", max_length=64)
    again: str = Field(default="", max_length=3)

    @property
    def line(self) -> int | None:
        """The number on the list; none for the whole list."""
        if not self.place:
            return None
        if not re.fullmatch(r"[0-9]{1,9}", self.place):
            raise NotFound("line")
        return int(self.place)


@router.get("/me/object")
def show_start(request: Request, session: Transaction) -> Response:
    """The first question: what is objected to?"""
    person_id = person(request, session)
    if person_id is None:
        return _to("/me")
    language = visit().language
    return page(
        "enquiry/object.html",
        lists=[
            (
                public_title(one.posted),
                spoken_day(one.posted.notice.ends_on, language),
                f"/me/object/line?notice={one.posted.notice.number}",
            )
            for one in hanging_here(session, person_id)
        ],
    )


@router.get("/me/object/decision")
def show_decisions(
    request: Request, session: Transaction, month: Choosing = "", key: Key = ""
) -> Response:
    """Which subsidy is it about?"""
    person_id = person(request, session)
    if person_id is None:
        return _to("/me")
    whose, months = whom(session, person_id, key), queries.months(session)
    chosen = str(Month.parse(month)) if month else next(iter(months), str(Month.of(clock.today())))
    language = visit().language
    return page(
        "enquiry/object_decision.html",
        whose=whose,
        month=chosen,
        month_said=spoken_period(chosen, language),
        options=[
            Option(code, title(code, language))
            for code in programmes_decided(session, whose, chosen)
        ],
    )


@router.get("/me/object/line")
def show_lines(
    request: Request,
    session: Transaction,
    notice: Number = "",
    after: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
) -> Response:
    """Which line of the list is it about?"""
    person_id = person(request, session)
    if person_id is None:
        return _to("/me")
    found = listed(session, person_id, notice, None).hanging
    lines, following = notices.named_lines(
        session, found.posted.notice, division=found.division, after=after, limit=LINES_A_PAGE
    )
    here = f"/me/object/line?notice={notice}"
    return page(
        "enquiry/object_line.html",
        title=public_title(found.posted),
        until=spoken_day(found.posted.notice.ends_on, visit().language),
        lines=[
            (one.place, one.name_masked, one.amount_fen, f"{_words(notice)}&place={one.place}")
            for one in lines
        ],
        whole=_words(notice),
        following=f"{here}&after={following}" if following else "",
        first=here if after else "",
    )


@router.get("/me/object/words")
def show_words(
    request: Request, session: Transaction, form: Annotated[ObjectForm, Query()]
) -> Response:
    """What is wrong, in own words?"""
    person_id = person(request, session)
    if person_id is None:
        return _to("/me")
    return _asked(session, whom(session, person_id, form.whom), form)


@router.post("/me/object/check")
def show_check(
    request: Request, session: Transaction, form: Annotated[ObjectForm, Form()]
) -> Response:
    """Is it right like this? Nothing is kept yet."""
    person_id = person(request, session)
    if person_id is None:
        return _to("/me")
    whose = whom(session, person_id, form.whom)
    if form.again:
        return _asked(session, whose, form)
    if not TEXT_CHARS_MIN <= len(form.text.strip()) <= TEXT_CHARS_MAX:
        return _asked(session, whose, form, ObjectionIncomplete(TEXT_CHARS_MIN, TEXT_CHARS_MAX))
    return page(
        "enquiry/object_check.html",
        form=form,
        whose=whose,
        named=_named(session, whose, form),
        holds=form.line is not None,
        once=form.once or str(ids.uuid7()),
    )


@router.post("/me/object/send")
def send_objection(
    request: Request, session: Transaction, form: Annotated[ObjectForm, Form()]
) -> Response:
    """Keep it where objections are answered; the answer stands on the page of requests."""
    person_id = person(request, session)
    if person_id is None:
        return _to("/me")
    whose = whom(session, person_id, form.whom)
    month = "" if form.notice else str(Month.parse(form.month))
    given = Objecting(form.text, form.once, form.code, month, form.notice, form.line)
    try:
        with session.begin_nested():
            object_to(session, whose, given)
    except ObjectionIncomplete as problem:
        return _asked(session, whose, form, problem)
    except (ObjectionStands, NoticeOver, ObjectedTooOften) as problem:
        return show_all(session, person_id, problem=problem)
    return _to("/me/requests?objected=1")


def _asked(
    session: Session, whose: Whom, form: ObjectForm, problem: Problem | None = None
) -> Response:
    return page(
        "enquiry/object_words.html",
        status=problem.status if problem else 200,
        faults=[Fault(problem.say(visit().language), "text")] if problem else [],
        form=form,
        whose=whose,
        named=_named(session, whose, form),
        text_max=TEXT_CHARS_MAX,
    )


def _named(session: Session, whose: Whom, form: ObjectForm) -> list[tuple[str, str]]:
    """Return what is objected to in words; raises NotFound for what is not the reader's to object to."""
    language = visit().language
    if form.notice:
        found = listed(session, whose.reader, form.notice, form.line)
        line = found.line
        where = gettext("whole list") if line is None else f"{line.place} · {line.name_masked}"
        return [
            (gettext("Posted list"), f"{public_title(found.hanging.posted)} · {form.notice}"),
            (gettext("Line"), where),
        ]
    month = str(Month.parse(form.month))
    require_decision(session, whose, month, form.code)
    pairs = [
        (gettext("Subsidy"), title(form.code, language)),
        (gettext("Month"), spoken_period(month, language)),
    ]
    return [(gettext("For"), whose.name), *pairs] if whose.acted_by else pairs


def _words(notice: str) -> str:
    return f"/me/object/words?notice={notice}"


def _to(address: str) -> RedirectResponse:
    return RedirectResponse(address, status_code=303)

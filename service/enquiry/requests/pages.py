"""Say what is wrong in three pages, and read what became of it."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from service.enquiry.requests.choices import Choice, choices, chosen
from service.enquiry.requests.track import Tracked, send, tracked
from service.enquiry.signed_in import person
from service.foundation import clock, ids
from service.foundation.months import Month
from service.foundation.problems import Problem
from service.foundation.spoken import spoken_day, spoken_period
from service.programmes.titles import title
from service.residents.requests.ask import RIGHT_CHARS_MAX, RIGHT_CHARS_MIN, Asked
from service.residents.requests.problems import (
    ChoiceUnknown,
    RequestIncomplete,
    RequestStands,
    RequestsTooMany,
)
from service.web.here import visit
from service.web.language import gettext, translatable
from service.web.render import page
from service.web.transactions import Transaction
from service.web.view_models import Fault, Option, Tag, Tone

router = APIRouter()
Code = Annotated[str, Query(max_length=16)]
Choosing = Annotated[str, Query(max_length=7)]
About = Annotated[str, Query(max_length=80)]
_STATES: dict[str, tuple[str, Tone]] = {
    "open": (translatable("being looked at"), "now"),
    "late": (translatable("late"), "bad"),
    "answered": (translatable("has its answer"), "ok"),
}


class WrongForm(BaseModel):
    """What the second and third page send."""

    code: str = Field(default="", max_length=16)
    month: str = Field(default="", max_length=7)
    about: str = Field(default="", max_length=80)
    right: str = Field(default="", max_length=2_000)
    once: str = Field(default="", max_length=64)
    again: str = Field(default="", max_length=3)


@dataclass(frozen=True)
class Shown:
    """One request in the reader's language."""

    number: str
    name: str
    month: str
    tag: Tag
    wrong: str
    right: str
    asked_on: str
    sentence: str
    answer: str
    answered_on: str


@router.get("/me/wrong")
def show_choices(
    request: Request, session: Transaction, code: Code = "", month: Choosing = ""
) -> Response:
    """The first question: what is wrong?"""
    person_id = person(request, session)
    if person_id is None:
        return _to("/me")
    return _choices(session, person_id, code, month)


@router.get("/me/wrong/right")
def show_right(
    request: Request,
    session: Transaction,
    code: Code = "",
    month: Choosing = "",
    about: About = "",
) -> Response:
    """The second question: what is right?"""
    person_id = person(request, session)
    if person_id is None:
        return _to("/me")
    try:
        one = chosen(session, person_id, str(Month.parse(month)), code, about)
    except ChoiceUnknown as problem:
        return _choices(session, person_id, code, month, problem)
    return _right(WrongForm(code=code, month=month, about=about), one)


@router.post("/me/wrong/check")
def show_check(
    request: Request, session: Transaction, form: Annotated[WrongForm, Form()]
) -> Response:
    """The third page: is it so? Nothing is kept yet."""
    person_id = person(request, session)
    if person_id is None:
        return _to("/me")
    one = chosen(session, person_id, str(Month.parse(form.month)), form.code, form.about)
    if form.again:
        return _right(form, one)
    if not RIGHT_CHARS_MIN <= len(form.right.strip()) <= RIGHT_CHARS_MAX:
        return _right(form, one, RequestIncomplete(RIGHT_CHARS_MIN, RIGHT_CHARS_MAX))
    return _check(form, one)


@router.post("/me/wrong/send")
def send_request(
    request: Request, session: Transaction, form: Annotated[WrongForm, Form()]
) -> Response:
    """Keep it; the department has its task at once."""
    person_id = person(request, session)
    if person_id is None:
        return _to("/me")
    month = str(Month.parse(form.month))
    asked = Asked(form.code, month, form.about, "", "", form.right, form.once)
    try:
        with session.begin_nested():
            send(session, person_id, asked)
    except RequestIncomplete as problem:
        return _right(form, chosen(session, person_id, month, form.code, form.about), problem)
    except (RequestStands, RequestsTooMany) as problem:
        return _requests(session, person_id, problem=problem)
    return _to("/me/requests?sent=1")


@router.get("/me/requests")
def show_requests(
    request: Request, session: Transaction, sent: Annotated[str, Query(max_length=1)] = ""
) -> Response:
    """Every request, where it stands, and the answer in words."""
    person_id = person(request, session)
    if person_id is None:
        return _to("/me")
    return _requests(session, person_id, sent=bool(sent))


def _choices(
    session: Session, person_id: int, code: str, month: str, problem: Problem | None = None
) -> Response:
    chinese = visit().language == "zh"
    found = choices(session, person_id, str(Month.parse(month)), code)
    return page(
        "enquiry/wrong.html",
        status=problem.status if problem else 200,
        faults=_faults(problem, "about"),
        options=[Option(one.code, one.text_zh if chinese else one.text) for one in found],
        code=code,
        month=month,
        named=_named(code, month),
    )


def _right(form: WrongForm, one: Choice, problem: Problem | None = None) -> Response:
    return page(
        "enquiry/wrong_right.html",
        status=problem.status if problem else 200,
        faults=_faults(problem, "right"),
        form=form,
        wrong=one.text_zh if visit().language == "zh" else one.text,
        is_account=one.code == "account",
        right_max=RIGHT_CHARS_MAX,
        named=_named(form.code, form.month),
    )


def _check(form: WrongForm, one: Choice) -> Response:
    return page(
        "enquiry/wrong_check.html",
        form=form,
        once=form.once or str(ids.uuid7()),
        wrong=one.text_zh if visit().language == "zh" else one.text,
        named=_named(form.code, form.month),
    )


def _requests(
    session: Session, person_id: int, *, sent: bool = False, problem: Problem | None = None
) -> Response:
    found = tracked(session, person_id, today=clock.today())
    return page(
        "enquiry/requests.html",
        status=problem.status if problem else 200,
        faults=_faults(problem, ""),
        sent=found[0].number if sent and found else "",
        requests=[_shown(one) for one in found],
    )


def _shown(one: Tracked) -> Shown:
    language = visit().language
    text, tone = _STATES[one.state]
    return Shown(
        number=one.number,
        name=one.name_zh if language == "zh" else one.name,
        month=spoken_period(one.month, language),
        tag=Tag(gettext(text), tone),
        wrong=one.wrong,
        right=one.right,
        asked_on=spoken_day(one.asked_on, language),
        sentence=one.sentence_zh if language == "zh" else one.sentence,
        answer=one.answer,
        answered_on=spoken_day(one.answered_on, language) if one.answered_on else "",
    )


def _named(code: str, month: str) -> tuple[str, str]:
    language = visit().language
    return title(code, language), spoken_period(month, language)


def _faults(problem: Problem | None, field: str) -> list[Fault]:
    return [Fault(problem.say(visit().language), field)] if problem else []


def _to(address: str) -> RedirectResponse:
    return RedirectResponse(address, status_code=303)

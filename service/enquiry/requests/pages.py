"""Say what is wrong in three pages, and read what became of it."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from service.enquiry.requests.choices import Choice, choices, chosen
from service.enquiry.requests.list_pages import show_all
from service.enquiry.requests.track import send
from service.enquiry.signed_in import person
from service.enquiry.wards.acting import Whom, whom
from service.foundation import ids
from service.foundation.months import Month
from service.foundation.problems import Problem
from service.foundation.spoken import spoken_period
from service.programmes.titles import title
from service.residents.requests.ask import RIGHT_CHARS_MAX, RIGHT_CHARS_MIN, Asked
from service.residents.requests.problems import (
    ChoiceUnknown,
    RequestIncomplete,
    RequestStands,
    RequestsTooMany,
)
from service.web.here import visit
from service.web.render import page
from service.web.transactions import Transaction
from service.web.view_models import Fault, Option

router = APIRouter()
Code = Annotated[str, Query(max_length=16)]
Choosing = Annotated[str, Query(max_length=7)]
About = Annotated[str, Query(max_length=80)]
Key = Annotated[str, Query(alias="whom", max_length=24)]


class WrongForm(BaseModel):
    """What the second and third page send."""

    code: str = Field(default="", max_length=16)
    month: str = Field(default="", max_length=7)
    about: str = Field(default="", max_length=80)
    right: str = Field(default="", max_length=2_000)
    once: str = Field(default="", max_length=64)
    again: str = Field(default="", max_length=3)
    whom: str = Field(default="", max_length=24)


@router.get("/me/wrong")
def show_choices(
    request: Request,
    session: Transaction,
    code: Code = "",
    month: Choosing = "",
    key: Key = "",
) -> Response:
    """The first question: what is wrong?"""
    person_id = person(request, session)
    if person_id is None:
        return _to("/me")
    return _choices(session, whom(session, person_id, key), code, month)


@router.get("/me/wrong/right")
def show_right(
    request: Request,
    session: Transaction,
    code: Code = "",
    month: Choosing = "",
    about: About = "",
    key: Key = "",
) -> Response:
    """The second question: what is right?"""
    person_id = person(request, session)
    if person_id is None:
        return _to("/me")
    try:
        whose = whom(session, person_id, key)
        one = chosen(session, whose, str(Month.parse(month)), code, about)
    except ChoiceUnknown as problem:
        return _choices(session, whose, code, month, problem)
    return _right(WrongForm(code=code, month=month, about=about, whom=key), one, whose)


@router.post("/me/wrong/check")
def show_check(
    request: Request, session: Transaction, form: Annotated[WrongForm, Form()]
) -> Response:
    """The third page: is it so? Nothing is kept yet."""
    person_id = person(request, session)
    if person_id is None:
        return _to("/me")
    whose = whom(session, person_id, form.whom)
    one = chosen(session, whose, str(Month.parse(form.month)), form.code, form.about)
    if form.again:
        return _right(form, one, whose)
    if not RIGHT_CHARS_MIN <= len(form.right.strip()) <= RIGHT_CHARS_MAX:
        return _right(form, one, whose, RequestIncomplete(RIGHT_CHARS_MIN, RIGHT_CHARS_MAX))
    return _check(form, one, whose)


@router.post("/me/wrong/send")
def send_request(
    request: Request, session: Transaction, form: Annotated[WrongForm, Form()]
) -> Response:
    """Keep it; the department has its task at once."""
    person_id = person(request, session)
    if person_id is None:
        return _to("/me")
    month = str(Month.parse(form.month))
    asked = Asked(form.code, month, form.about, "", None, form.right, form.once)
    whose = whom(session, person_id, form.whom)
    try:
        with session.begin_nested():
            send(session, whose, asked)
    except RequestIncomplete as problem:
        one = chosen(session, whose, month, form.code, form.about)
        return _right(form, one, whose, problem)
    except (RequestStands, RequestsTooMany) as problem:
        return show_all(session, person_id, problem=problem)
    return _to("/me/requests?sent=1")


def _choices(
    session: Session, whose: Whom, code: str, month: str, problem: Problem | None = None
) -> Response:
    chinese = visit().language == "zh"
    found = choices(session, whose, str(Month.parse(month)), code)
    return page(
        "enquiry/wrong.html",
        status=problem.status if problem else 200,
        faults=_faults(problem, "about"),
        options=[Option(one.code, one.text_zh if chinese else one.text) for one in found],
        code=code,
        month=month,
        whose=whose,
        named=_named(code, month),
    )


def _right(form: WrongForm, one: Choice, whose: Whom, problem: Problem | None = None) -> Response:
    return page(
        "enquiry/wrong_right.html",
        status=problem.status if problem else 200,
        faults=_faults(problem, "right"),
        form=form,
        whose=whose,
        wrong=one.text_zh if visit().language == "zh" else one.text,
        is_account=one.code == "account",
        right_max=RIGHT_CHARS_MAX,
        named=_named(form.code, form.month),
    )


def _check(form: WrongForm, one: Choice, whose: Whom) -> Response:
    return page(
        "enquiry/wrong_check.html",
        form=form,
        whose=whose,
        once=form.once or str(ids.uuid7()),
        wrong=one.text_zh if visit().language == "zh" else one.text,
        named=_named(form.code, form.month),
    )


def _named(code: str, month: str) -> tuple[str, str]:
    language = visit().language
    return title(code, language), spoken_period(month, language)


def _faults(problem: Problem | None, field: str) -> list[Fault]:
    return [Fault(problem.say(visit().language), field)] if problem else []


def _to(address: str) -> RedirectResponse:
    return RedirectResponse(address, status_code=303)

"""The resident's pages: one question a page, an answer in sentences, nothing personal in addresses."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Path, Query, Request
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from service.assessment.letter import write_letter
from service.assessment.paid import how_paid
from service.assessment.told import tell
from service.enquiry import asking, proof_pages
from service.enquiry.answer import Answer, answer_to
from service.enquiry.asked import asked_by
from service.enquiry.coming import pages as coming_pages
from service.enquiry.demo_code import code_for_demo
from service.enquiry.history import pages as history_pages
from service.enquiry.identify import (
    CODE_MINUTES,
    AskedTooOften,
    CodeRefused,
    IdNumberWrong,
    ask_code,
    enter_kept,
    leave,
    understood,
)
from service.enquiry.in_turn import in_turn
from service.enquiry.lookers import lookers
from service.enquiry.month_page import month_page
from service.enquiry.objecting import pages as objecting_pages
from service.enquiry.province import pages as province_pages
from service.enquiry.province.configured import province
from service.enquiry.province.problems import TOLD
from service.enquiry.reasons import reasons_for
from service.enquiry.requests import list_pages
from service.enquiry.requests import pages as requests_pages
from service.enquiry.signed_in import COOKIE, is_unknown_here, person, token
from service.enquiry.wards import pages as wards_pages
from service.foundation import clock
from service.foundation.months import Month
from service.foundation.problems import NotFound, Problem
from service.foundation.settings import settings
from service.residents.models import Person
from service.web import cookies, filters
from service.web.here import visit
from service.web.render import page
from service.web.transactions import Opener, Transaction, opener
from service.web.view_models import Fault

router = APIRouter()
Text = Annotated[str, Form(max_length=64)]
Code = Annotated[str, Path(max_length=16)]
Choice = Annotated[str, Query(max_length=7)]


@router.get("/me")
def show(
    request: Request, session: Transaction, trouble: Annotated[str, Query(max_length=40)] = ""
) -> Response:
    """Ask who is asking, or go on when that is known already."""
    if person(request, session) is not None or is_unknown_here(request, session):
        return _to("/me/payments")
    return _ask(trouble=TOLD[trouble]().say(visit().language) if trouble in TOLD else "")


@router.post("/me")
def ask(request: Request, id_number: Text = "") -> Response:
    """Send a code for the number; the answer is the same for every number."""
    try:
        number = understood(id_number)
        with opener(request)() as session:
            ask_code(session, number)
    except (IdNumberWrong, AskedTooOften) as problem:
        return _ask(problem)
    response = _to("/me/code")
    asking.remember(response, number, secure=visit().secure)
    return response


@router.get("/me/code")
def show_code(request: Request, session: Transaction) -> Response:
    """Ask for the code."""
    number = asking.remembered(request)
    if number is None:
        return _to("/me")
    is_demo = settings().profile == "demo"
    return _code(shown=code_for_demo(session, number) if is_demo else None)


@router.post("/me/code")
def give_code(request: Request, code: Text = "") -> Response:
    """Let the person behind number and code in; a wrong try counts although it is refused."""
    number = asking.remembered(request)
    if number is None:
        return _to("/me")
    try:
        begun = enter_kept(opener(request), number, code)
    except CodeRefused as problem:
        return _code(problem)
    response = _to("/me/payments")
    cookies.write(response, COOKIE, begun, secure=visit().secure)
    asking.forget(response, secure=visit().secure)
    return response


@router.get("/me/payments")
async def show_payments(request: Request, month: str = "") -> Response:
    """Say where a month's money is, and why there is none for the rest."""
    return await in_turn(_payments, opener(request), token(request), month)


def _payments(transaction: Opener, shown: str, month: str) -> Response:
    # Everything in one step of one thread: a county asks this by the hundred a second.
    with transaction() as session:
        return _payments_in(session, shown, month)


def _payments_in(session: Session, shown: str, month: str) -> Response:
    asked = asked_by(session, shown, month)
    if asked is None:
        return _to("/me")
    if month and month not in asked.months:
        raise NotFound("page")
    # Whom the county does not know, it tells what it tells everybody to whom nothing is paid.
    is_known = asked.person_id is not None
    said = answer_to(session, asked) if is_known else Answer(asked.month, (), ())
    looks = lookers(session, asked.own) if asked.is_looked_at else []
    return month_page(said, asked.months, looks, clock.now())


@router.get("/me/payments/{code}")
def show_reasons(
    request: Request, session: Transaction, code: Code, month: Choice = ""
) -> Response:
    """Say why one programme is or is not paid: every condition, the sum, and whom to ask."""
    person_id = person(request, session)
    if person_id is None:
        return _to("/me")
    found = reasons_for(session, person_id, str(Month.parse(month)), code)
    return page(
        "enquiry/reasons.html",
        month=Month.parse(month),
        told=[tell(one, visit().language, traced=False) for one in found],
        home=f"/me/payments/{code}",
        code=code,
    )


@router.get("/me/payments/{code}/letter")
def show_letter(
    request: Request,
    session: Transaction,
    code: Code,
    month: Choice = "",
    place: Annotated[int, Query(ge=1, le=99)] = 1,
) -> Response:
    """The letter about a decision, to be printed: the text of the page, and how to object."""
    person_id = person(request, session)
    if person_id is None:
        return _to("/me")
    found = reasons_for(session, person_id, str(Month.parse(month)), code)
    if place > len(found):
        raise NotFound("decision")
    name = filters.masked_name(session.get_one(Person, person_id).name)
    return page(
        "assessment/letter.html",
        layout="enquiry/resident.html",
        letter=write_letter(found[place - 1], visit().language, name=name),
        paid=how_paid(session, found[place - 1], visit().language),
        back=f"/me/payments/{code}?month={month}",
    )


@router.post("/me/leave")
def end(request: Request, session: Transaction) -> Response:
    """End the session, so that whoever uses the telephone next sees nothing."""
    shown = token(request)
    by_province = shown and leave(session, shown) == "province"
    response = _to("/me/province/left" if by_province else "/me")
    cookies.clear(response, COOKIE, secure=visit().secure)
    asking.forget(response, secure=visit().secure)
    return response


def _ask(problem: Problem | None = None, trouble: str = "") -> Response:
    here = province()
    button = "" if here is None else here.button_in(visit().language)
    return _page("enquiry/ask.html", problem, field="id_number", trouble=trouble, button=button)


def _code(problem: Problem | None = None, shown: str | None = None) -> Response:
    return _page("enquiry/code.html", problem, field="code", shown=shown, minutes=CODE_MINUTES)


def _page(template: str, problem: Problem | None, *, field: str, **context: Any) -> Response:
    faults = [Fault(problem.say(visit().language), field=field)] if problem else []
    status = problem.status if problem else 200
    response = page(template, status=status, faults=faults, **context)
    if isinstance(problem, AskedTooOften):
        response.headers["retry-after"] = str(problem.retry_after_seconds)
    return response


def _to(address: str) -> RedirectResponse:
    return RedirectResponse(address, status_code=303)


# After the month's own address, which is looked for most.
router.include_router(proof_pages.router)
router.include_router(history_pages.router)
router.include_router(coming_pages.router)
router.include_router(province_pages.router)
router.include_router(requests_pages.router)
router.include_router(list_pages.router)
router.include_router(objecting_pages.router)
router.include_router(wards_pages.router)

"""Finance's desk in the browser: the work list and its CSV, one exception, and who looks after it."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from service.batches.pages import session_id
from service.foundation.problems import NotFound, Problem
from service.officers.may import may, require
from service.officers.models import Officer
from service.officers.signed_in import SignedInOfficer
from service.reconciliation.desk import find, given, own, views
from service.reconciliation.desk.totals import totals
from service.reconciliation.desk.wanted import Wanted, wanted_from
from service.reconciliation.tabs import tabs
from service.web.here import visit
from service.web.language import gettext
from service.web.render import page
from service.web.transactions import Transaction
from service.web.view_models import Fault, Link

router = APIRouter()
HOME = "/reconciliation/exceptions"


class Owned(BaseModel):
    """What the forms send: which exceptions, what to do, to whom, and what is said with it."""

    keys: list[str] = Field(default_factory=list, max_length=find.ROWS_A_PAGE)
    act: str = Field("", max_length=20)
    to: str = Field("", max_length=64)
    note: str = Field("", max_length=2_000)
    back: str = Field("", max_length=600)


class AskedFor(BaseModel):
    """The filters in an address; what cannot be one of ours finds nothing or is left out."""

    kind: str = ""
    bank: str = ""
    programme: str = ""
    place: str = ""
    reason: str = ""
    owner: str = ""
    age: str = ""
    state: str = ""
    sort: str = ""

    @property
    def wanted(self) -> Wanted:
        return wanted_from(self.model_dump())


class PageAsked(AskedFor):
    """With where the page begins."""

    after: str = ""


@router.get(HOME)
def show_exceptions(
    session: Transaction, officer: SignedInOfficer, asked: Annotated[PageAsked, Query()]
) -> Response:
    """Everything that reconciliation left for a person, the oldest first."""
    require(officer, "reconciliation.read")
    return _list(session, officer, asked.wanted, asked.after)


@router.get(f"{HOME}.csv")
def download(
    session: Transaction, officer: SignedInOfficer, asked: Annotated[AskedFor, Query()]
) -> Response:
    """The same list as a file."""
    require(officer, "reconciliation.read")
    content = "".join(given.csv_lines(session, asked.wanted))
    headers = {"content-disposition": 'attachment; filename="reconciliation-exceptions.csv"'}
    return Response("\ufeff" + content, media_type="text/csv; charset=utf-8", headers=headers)


@router.post(HOME)
def own_exceptions(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    form: Annotated[Owned, Form()],
) -> Response:
    """Take the ticked ones, hand them to a colleague, or lay them down."""
    require(officer, own.ACT)
    # What comes back with the form is read like an address, and never gone to as it stands.
    pairs = dict(one.split("=", 1) for one in form.back.split("&") if "=" in one)
    asked = wanted_from({name: value for name, value in pairs.items() if value.isprintable()})
    try:
        with session.begin_nested():
            _do(request, session, officer, form, form.keys)
    except Problem as problem:
        return _list(session, officer, asked, "", problem, form)
    return RedirectResponse(_address(asked), status_code=303)


@router.get(f"{HOME}/{{key}}")
def show_exception(session: Transaction, officer: SignedInOfficer, key: str) -> Response:
    """One exception: why, what next, what it hangs together with, and who looks after it."""
    require(officer, "reconciliation.read")
    return _one(session, officer, key)


@router.post(f"{HOME}/{{key}}")
def own_exception(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    key: str,
    form: Annotated[Owned, Form()],
) -> Response:
    """Take it, hand it to a colleague, or lay it down."""
    require(officer, own.ACT)
    if find.one(session, key) is None:
        raise NotFound("exception")
    try:
        with session.begin_nested():
            _do(request, session, officer, form, [key])
    except Problem as problem:
        return _one(session, officer, key, problem, form)
    return RedirectResponse(f"{HOME}/{key}", status_code=303)


def _do(request: Request, session: Session, officer: Officer, form: Owned, keys: list[str]) -> None:
    who = session_id(request)
    if form.act == "take":
        own.take(session, keys, note=form.note, by=officer, session_id=who)
    elif form.act == "hand":
        own.hand(session, keys, to=form.to, note=form.note, by=officer, session_id=who)
    elif form.act == "lay_down":
        own.lay_down(session, keys, note=form.note, by=officer, session_id=who)
    else:
        raise NotFound


def _address(asked: Wanted) -> str:
    said = urlencode(asked.pairs())
    return f"{HOME}?{said}" if said else HOME


def _list(
    session: Session,
    officer: Officer,
    asked: Wanted,
    after: str,
    problem: Problem | None = None,
    form: Owned | None = None,
) -> Response:
    rows, following = find.page(session, asked, after=after)
    allowed = may(officer, own.ACT)
    return page(
        "reconciliation/exceptions.html",
        status=problem.status if problem else 200,
        tabs=tabs(),
        wanted=asked,
        address=urlencode(asked.pairs()),
        figures=views.figures(totals(session, asked), asked),
        columns=views.columns(),
        rows=views.rows(session, rows),
        after=after,
        following=following,
        options=views.options(session, officer),
        colleagues=views.colleague_options(session, officer) if allowed else [],
        may_own=allowed,
        faults=[Fault(problem.say(visit().language))] if problem else [],
        form=form or Owned(),
        note_max=own.NOTE_MAX,
    )


def _one(
    session: Session,
    officer: Officer,
    key: str,
    problem: Problem | None = None,
    form: Owned | None = None,
) -> Response:
    one = find.one(session, key)
    if one is None:
        raise NotFound("exception")
    allowed = may(officer, own.ACT)
    task = own.task_of(session, one)
    return page(
        "reconciliation/exception.html",
        status=problem.status if problem else 200,
        crumbs=[Link(gettext("Work list"), HOME)],
        key=key,
        **views.detail(session, one, task),
        colleagues=views.colleague_options(session, officer) if allowed else [],
        may_own=allowed,
        is_own=task is not None and task.owner_id == officer.id,
        is_owned=task is not None and task.owner_id is not None,
        faults=[Fault(problem.say(visit().language))] if problem else [],
        form=form or Owned(),
        note_max=own.NOTE_MAX,
    )

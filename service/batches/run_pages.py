"""The page on which a run of a month is put together, and its start."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from service.batches.month import RunGoing, press
from service.batches.offer import require_run
from service.batches.part import Kind, NoListYet, Part, township
from service.batches.run_view import Asked, run_page, whole_county
from service.foundation.months import Month
from service.foundation.problems import NotFound, Problem
from service.officers.may import require
from service.officers.models import Officer
from service.officers.reach import places
from service.officers.signed_in import SignedInOfficer
from service.programmes.in_force import payable
from service.residents.freshness import FeedsMissing, require_event_feeds
from service.web.here import visit
from service.web.render import page
from service.web.transactions import Transaction
from service.web.view_models import Fault

router = APIRouter()
Choice = Annotated[str, Query(max_length=40)]
_KINDS: dict[str, Kind] = {"": "regular", "regular": "regular", "supplementary": "supplementary"}


class NothingChosen(Problem):
    """A run of no programme."""

    code = "nothing_chosen"
    status = 422
    title = "No programme is chosen"

    def __init__(self) -> None:
        super().__init__(
            "Tick at least one programme, or make the lists of all that are shown.",
            "请至少勾选一个项目，或选择编制所列全部项目。",
        )


@router.get("/months/{month}/run")
def show_choice(
    session: Transaction,
    officer: SignedInOfficer,
    month: str,
    kind: Choice = "regular",
    division: Choice = "",
    department: Choice = "",
    which: Choice = "",
) -> Response:
    """Choose programmes, place and kind, and see what would be run."""
    require(officer, "assessment.run")
    require(officer, "batches.build")
    if not division and not whole_county(officer):
        division = next(iter(places(officer, "batches.build")))[:9]
    asked = Asked(part_asked(session, kind, division), department, which)
    return _page(session, officer, Month.parse(month), asked)


class RunForm(BaseModel):
    """What the form sends: what was ticked, everything that was shown, and which of both counts."""

    codes: list[str] = Field(default=[], max_length=1_000)
    shown: list[str] = Field(default=[], max_length=1_000)
    take: str = Field(default="", max_length=10)
    kind: str = Field(default="regular", max_length=20)
    division: str = Field(default="", max_length=12)


@router.post("/months/{month}/run")
def start(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    month: str,
    form: Annotated[RunForm, Form()],
) -> Response:
    """Start the run of what was ticked, or of everything that was shown."""
    wanted = Month.parse(month)
    part = part_asked(session, form.kind, form.division)
    chosen = tuple(form.shown if form.take == "all" else form.codes)
    if not set(chosen) <= set(payable(session, wanted)):
        raise NotFound("programme")
    require_run(officer, part, chosen)
    try:
        if not chosen:
            raise NothingChosen
        with session.begin_nested():
            by = officer.actor(str(request.state.officer_session.id))
            press(session, wanted, by=by, programmes=chosen, part=part)
    except (NothingChosen, NoListYet, RunGoing) as problem:
        return _page(session, officer, wanted, Asked(part), problem)
    return RedirectResponse(f"/months/{wanted}", status_code=303)


def part_asked(session: Session, kind: str, division: str) -> Part:
    """Return the part of a month that a run is asked for; raises NotFound for an unknown kind."""
    if kind not in _KINDS:
        raise NotFound("kind")
    return Part(township(session, division) if division else "", _KINDS[kind])


def _page(
    session: Session, officer: Officer, month: Month, asked: Asked, problem: Problem | None = None
) -> Response:
    blocked = ""
    try:
        require_event_feeds(session)
    except FeedsMissing as missing:
        blocked = missing.say(visit().language)
    view = run_page(session, officer, month, asked)
    return page(
        "batches/run.html",
        status=problem.status if problem else 200,
        faults=[Fault(problem.say(visit().language))] if problem else [],
        view=view,
        blocked=blocked,
    )

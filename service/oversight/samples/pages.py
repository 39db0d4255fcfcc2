"""Pages of samples: the list, planning one, drawing it, and saying what was seen in each line."""

from collections.abc import Iterator
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Query, Request
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session
from starlette.responses import PlainTextResponse, RedirectResponse, Response, StreamingResponse

from service.batches.pages import session_id
from service.foundation.ids import number_of
from service.foundation.money import fen_from_yuan
from service.foundation.problems import NotFound, Problem
from service.officers.may import require
from service.officers.signed_in import SignedInOfficer
from service.oversight.samples import queries, view, work
from service.oversight.samples.exported import csv_rows
from service.oversight.samples.models import AuditSample
from service.oversight.samples.queries import DrawnLine
from service.oversight.samples.say import say
from service.web.render import page
from service.web.transactions import Opener, Transaction, opener

router = APIRouter()
HOME = view.HOME
PageNumber = Annotated[int, Query(alias="page", ge=1, le=100_000)]
_SHOWN_AGAIN = (404, 409, 422)
_OUTCOMES = {"over": "error", "under": "error"}


class PlanForm(BaseModel):
    """What the form of a new sample sends."""

    programme: Annotated[str, Field(max_length=10)] = ""
    month: Annotated[str, Field(max_length=10)] = ""
    township: Annotated[str, Field(pattern=r"^([0-9]{9})?$")] = ""
    method: Literal["simple", "stratified", "money_unit"] = "simple"
    size: Annotated[str, Field(max_length=6)] = ""
    nonce: Annotated[str, Field(max_length=200)] = ""

    def wanted(self) -> work.Plan:
        """Return what is to be planned; a size that is no number is none."""
        plain = self.size.isascii() and self.size.isdecimal()
        size = int(self.size) if plain else 0
        return work.Plan(self.programme, self.month, self.method, size, self.nonce, self.township)


class LookForm(BaseModel):
    """What the form of a drawn line sends."""

    outcome: Literal["", "agrees", "over", "under", "missing", "asked"] = ""
    amount: Annotated[str, Field(max_length=16)] = ""
    note: Annotated[str, Field(max_length=1000)] = ""

    def error_fen(self) -> int:
        """Return what was paid too much, or less than nothing where it was too little."""
        if self.outcome not in _OUTCOMES or not self.amount.strip():
            return 0
        fen = fen_from_yuan(self.amount.strip())
        return -fen if self.outcome == "under" else fen


@router.get(HOME)
def show_samples(
    session: Transaction, officer: SignedInOfficer, number: PageNumber = 1
) -> Response:
    """Every sample, the newest first."""
    require(officer, work.ACT)
    total, _ = queries.count(session)
    return page(
        "oversight/samples.html",
        crumbs=view.crumbs()[:1],
        columns=view.columns(),
        rows=view.rows(session, queries.listed(session, page=number)),
        number=number,
        pages=max(1, -(-total // queries.SAMPLES_PER_PAGE)),
        total=total,
    )


@router.get(f"{HOME}/new")
def show_form(session: Transaction, officer: SignedInOfficer) -> Response:
    """The form by which a sample is planned."""
    require(officer, work.ACT)
    return page("oversight/sample_form.html", **view.form(session))


@router.post(f"{HOME}/new")
def plan_new(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    sent: Annotated[PlanForm, Form()],
) -> Response:
    """Freeze what is drawn from and commit to how."""
    try:
        with session.begin_nested():
            made = work.plan(session, sent.wanted(), by=officer, session_id=session_id(request))
    except Problem as problem:
        if problem.status not in _SHOWN_AGAIN:
            raise
        shown = view.form(session, sent.model_dump(), problem)
        return page("oversight/sample_form.html", status=problem.status, **shown)
    return RedirectResponse(f"{HOME}/{made.sample_no}", status_code=303)


@router.get(f"{HOME}/{{sample_no}}")
def show_sample(
    session: Transaction,
    officer: SignedInOfficer,
    sample_no: str,
    state: Annotated[str, Query(max_length=10)] = "",
    number: PageNumber = 1,
) -> Response:
    """One sample: how it was drawn, how far it is, and what it says."""
    require(officer, work.ACT)
    shown = view.sample_page(session, work.by_no(session, sample_no), state, number)
    return page("oversight/sample.html", **shown)


@router.post(f"{HOME}/{{sample_no}}/draw")
def draw_now(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    sample_no: str,
    nonce: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Draw it from the first checkpoint that covers the commitment."""
    sample = work.by_no(session, sample_no, locked=True)
    try:
        with session.begin_nested():
            work.draw(session, sample, nonce=nonce, by=officer, session_id=session_id(request))
    except Problem as problem:
        if problem.status not in _SHOWN_AGAIN:
            raise
        session.refresh(sample)
        shown = view.sample_page(session, sample, "", 1, problem)
        return page("oversight/sample.html", status=problem.status, **shown)
    return RedirectResponse(f"{HOME}/{sample.sample_no}", status_code=303)


@router.get(f"{HOME}/{{sample_no}}/lines.csv")
def give_lines(
    request: Request, session: Transaction, officer: SignedInOfficer, sample_no: str
) -> Response:
    """The drawn lines with what was said of each, as a file."""
    require(officer, work.ACT)
    known = work.by_no(session, sample_no).sample_no
    return StreamingResponse(
        _written(opener(request), known),
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": f'attachment; filename="{known}.csv"'},
    )


@router.get(f"{HOME}/{{sample_no}}/population.txt")
def give_population(session: Transaction, officer: SignedInOfficer, sample_no: str) -> Response:
    """What was frozen, from which anybody draws the same."""
    require(officer, work.ACT)
    sample = work.by_no(session, sample_no)
    name = f'attachment; filename="{sample.sample_no}-population.txt"'
    return PlainTextResponse(work.population_of(sample), headers={"content-disposition": name})


@router.get(f"{HOME}/{{sample_no}}/lines/{{drawn}}")
def show_line(
    session: Transaction, officer: SignedInOfficer, sample_no: str, drawn: str
) -> Response:
    """One drawn line, and the form for what was seen."""
    require(officer, work.ACT)
    sample = work.by_no(session, sample_no)
    return page(
        "oversight/sample_line.html",
        **view.line_page(session, sample, _drawn(session, sample, drawn)),
    )


@router.post(f"{HOME}/{{sample_no}}/lines/{{drawn}}")
def say_of_line(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    sample_no: str,
    drawn: str,
    sent: Annotated[LookForm, Form()],
) -> Response:
    """Keep what was seen in a line, or that its evidence was asked for."""
    sample = work.by_no(session, sample_no, locked=True)
    line = _drawn(session, sample, drawn)
    try:
        with session.begin_nested():
            say(
                session, sample, line.payment_id,
                outcome=_OUTCOMES.get(sent.outcome, sent.outcome), error_fen=sent.error_fen(),
                note=sent.note, by=officer, session_id=session_id(request),
            )  # fmt: skip
    except Problem as problem:
        if problem.status not in _SHOWN_AGAIN:
            raise
        shown = view.line_page(session, sample, line, sent.model_dump(), problem)
        return page("oversight/sample_line.html", status=problem.status, **shown)
    return RedirectResponse(f"{HOME}/{sample.sample_no}/lines/{drawn}", status_code=303)


def _drawn(session: Session, sample: AuditSample, reference: str) -> DrawnLine:
    found = queries.one_line(session, sample, number_of(reference.upper()))
    if found is None:
        raise NotFound("line")
    return found


def _written(open_transaction: Opener, sample_no: str) -> Iterator[str]:
    with open_transaction() as session:
        yield "\ufeff"
        yield from csv_rows(session, work.by_no(session, sample_no))

"""Pages of the standing queries: one query's hits, one hit with its evidence."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from service.batches.pages import session_id
from service.foundation import clock
from service.foundation.jobs import enqueue
from service.foundation.problems import Problem
from service.officers.may import may
from service.officers.models import Officer
from service.officers.signed_in import SignedInOfficer
from service.oversight.standing import aside, queries, words
from service.oversight.standing.catalogue import by_code
from service.oversight.standing.hit_view import hit_page
from service.oversight.standing.jobs import KIND
from service.oversight.standing.models import StandingRun
from service.oversight.standing.query import StandingQuery
from service.web import filters
from service.web.here import visit
from service.web.language import gettext, translatable
from service.web.render import page
from service.web.transactions import Transaction
from service.web.view_models import Column, Fault, Figure, Option, Row, Tag

router = APIRouter()
Choice = Annotated[str, Query(max_length=20)]
PageNumber = Annotated[int, Query(alias="page", ge=1, le=100_000)]
_STANDINGS = {
    "new": translatable("new"),
    "changed": translatable("other evidence"),
    "still": translatable("still there"),
    "gone": translatable("gone"),
    "aside": translatable("called a false alarm"),
    "open": translatable("not set aside"),
}


@router.get("/oversight/queries/{code}")
def show_query(
    session: Transaction,
    officer: SignedInOfficer,  # noqa: ARG001 - the door asked
    code: str,
    standing: Choice = "",
    run: Annotated[str, Query(pattern=r"^[0-9]{0,9}$")] = "",
    number: PageNumber = 1,
    *,
    asked: bool = False,
) -> Response:
    """One query: what it asks, which audit it answers, and what a run of it found."""
    query = by_code(code)
    past = queries.runs_of(session, code)
    seen = queries.run_no(session, code, int(run) if run else None) if past or run else None
    shown, total = (
        queries.hits_of(session, seen, standing=standing, page=number) if seen else ([], 0)
    )
    chinese = visit().language == "zh"
    return page(
        "oversight/query.html",
        heading=words.title(query),
        tag=words.severity_tag(query.severity),
        sentence=words.sentence(query),
        home=f"/oversight/queries/{code}",
        asked=asked,
        run=seen,
        figures=_figures(seen) if seen else [],
        standing=standing,
        standings=[
            Option("", gettext("everything there")),
            *(Option(name, gettext(said)) for name, said in _STANDINGS.items()),
        ],
        run_value=run,
        runs=[
            Option("", gettext("the last one")),
            *(
                Option(str(one.number), f"{one.number} · {filters.moment(one.as_of)}")
                for one in past
            ),
        ],
        chosen=[(gettext(_STANDINGS[standing]), "standing")] if standing in _STANDINGS else [],
        columns=[
            Column(gettext("What it is about")),
            Column(gettext("What was found")),
            Column(gettext("Against the run before")),
            Column(gettext("Amount"), "money", unit=gettext("yuan")),
        ],
        rows=[_hit_row(query, one) for one in shown],
        number=number,
        pages=max(1, -(-total // queries.HITS_PER_PAGE)),
        total=total,
        sources=[(one.zh if chinese else one.en, one.where) for one in query.answers],
        digests=_digests(seen) if seen else [],
    )


def _figures(run: StandingRun) -> list[Figure]:
    return [
        Figure(gettext("Hits found"), filters.number(run.found), note=filters.moment(run.as_of)),
        Figure(gettext("New"), filters.number(run.new), tone="warn" if run.new else ""),
        Figure(gettext("Other evidence"), filters.number(run.changed)),
        Figure(gettext("Still there"), filters.number(run.still)),
        Figure(gettext("Gone"), filters.number(run.gone)),
        Figure(gettext("Amount"), filters.yuan(run.amount_fen), gettext("yuan")),
    ]


def _digests(run: StandingRun) -> list[tuple[str, str]]:
    return [
        (gettext("SHA-256 of what this run asked"), run.query_digest),
        (gettext("SHA-256 of what it found"), run.hits_digest),
    ]


def _hit_row(query: StandingQuery, one: queries.Shown) -> Row:
    about, _ = words.subject_of(one.hit)
    state = (
        Tag(gettext("called a false alarm"))
        if one.aside
        else Tag(
            gettext(_STANDINGS[one.standing]), "warn" if one.standing in ("new", "changed") else ""
        )
    )
    cells = (about, words.says(query, one.hit.evidence), state, one.hit.amount_fen)
    return Row(cells, href=f"/oversight/hits/{one.hit.id}")


@router.post("/oversight/queries/{code}")
def ask_for_run(session: Transaction, officer: SignedInOfficer, code: str) -> Response:
    """Ask a worker to run the query now."""
    query = by_code(code)
    minute = f"{clock.now():%Y%m%d%H%M}"
    enqueue(session, KIND, f"by-hand:{minute}:{query.code}", query=query.code, officer=officer.id)
    return RedirectResponse(f"/oversight/queries/{query.code}?asked=true", status_code=303)


@router.get("/oversight/hits/{hit_id}")
def show_hit(session: Transaction, officer: SignedInOfficer, hit_id: int) -> Response:
    """One hit with all of its evidence."""
    return _hit_page(session, officer, hit_id)


@router.post("/oversight/hits/{hit_id}")
def set_aside(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    hit_id: int,
    reason: Annotated[str, Form(max_length=1024)] = "",
) -> Response:
    """Call a hit a false alarm."""
    try:
        with session.begin_nested():
            aside.set_aside(
                session, hit_id, reason=reason, by=officer, session_id=session_id(request)
            )
    except Problem as problem:
        if problem.status not in (409, 422):
            raise
        return _hit_page(session, officer, hit_id, problem, reason)
    return RedirectResponse(f"/oversight/hits/{hit_id}", status_code=303)


def _hit_page(
    session: Session,
    officer: Officer,
    hit_id: int,
    problem: Problem | None = None,
    reason: str = "",
) -> Response:
    hit = queries.hit_by_id(session, hit_id)
    view = hit_page(session, hit)
    return page(
        "oversight/hit.html",
        status=problem.status if problem else 200,
        **view,
        may_set_aside=view["is_open"] and may(officer, aside.ACT),
        faults=_faults(problem),
        reason=reason,
    )


def _faults(problem: Problem | None) -> list[Fault]:
    return [Fault(problem.say(visit().language), "reason")] if problem else []

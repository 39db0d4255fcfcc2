"""The auditor's search: entries that fit, the same as a file, and how a person is found for it."""

from collections.abc import Iterator
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response, StreamingResponse

from service.audit.readers import require_reader
from service.batches.pages import session_id
from service.foundation.problems import Problem
from service.officers.signed_in import SignedInOfficer
from service.oversight.search import find, view
from service.oversight.search.around import around
from service.oversight.search.exported import EXPORT_ROWS_MAX, csv_parts
from service.oversight.search.person import Hit, PersonNotSaid, look_for
from service.oversight.search.told import EXPORTED, searched
from service.oversight.search.wanted import Asked, PageAsked, Wanted
from service.oversight.words.things import kind_in_words
from service.residents.models import Division
from service.residents.places.tree import names_of
from service.web.filters import ending, number
from service.web.here import visit
from service.web.language import gettext
from service.web.render import page
from service.web.transactions import Opener, Transaction, opener
from service.web.view_models import Column, Fault, Link, Option, Row

router = APIRouter()
HOME = "/audit/entries"
Typed = Annotated[str, Form(max_length=200)]


@router.get(HOME)
def search_entries(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    asked: Annotated[PageAsked, Query()],
) -> Response:
    """The entries that fit, the newest first; looking is recorded."""
    require_reader()
    wanted = asked.wanted
    try:
        found = find.page(session, wanted, after=asked.after)
        count, more = find.counted(session, wanted)
    except Problem as problem:
        return _page(session, wanted, problem=problem)
    searched(session, wanted, found.resolved, by=officer.actor(session_id(request)))
    return _page(session, wanted, found=found, after=asked.after, count=_count(count, more=more))


@router.get(f"{HOME}.csv")
def export_entries(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    asked: Annotated[Asked, Query()],
) -> Response:
    """The same entries as a file; giving it out is recorded."""
    require_reader()
    wanted = asked.wanted
    resolved = find.page(session, wanted).resolved
    searched(session, wanted, resolved, by=officer.actor(session_id(request)), act=EXPORTED)
    return StreamingResponse(
        _written(opener(request), wanted),
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": 'attachment; filename="audit-entries.csv"'},
    )


@router.post("/audit/people")
def find_person(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    number: Typed = "",
    name: Typed = "",
    division: Typed = "",
) -> Response:
    """Find whom an audit is about; what is typed is in no address and in no entry."""
    require_reader()
    by = officer.actor(session_id(request))
    try:
        hits = look_for(session, number=number, name=name, division=division, by=by)
    except PersonNotSaid as problem:
        return _page(session, Wanted(), problem=problem, field="number")
    if len(hits) == 1:
        return RedirectResponse(f"{HOME}?person={hits[0].person_id}", status_code=303)
    return _page(session, Wanted(), hits=hits)


def _written(open_transaction: Opener, wanted: Wanted) -> Iterator[str]:
    with open_transaction() as session:
        yield "\ufeff"
        yield from csv_parts(session, wanted)


def _page(
    session: Session,
    wanted: Wanted,
    *,
    found: find.Page | None = None,
    after: str = "",
    count: str = "",
    hits: list[Hit] | None = None,
    problem: Problem | None = None,
    field: str = "",
) -> Response:
    said = problem.say(visit().language) if problem else ""
    at = field or (problem.members.get("field", "") if problem else "")
    return page(
        "oversight/search.html",
        status=problem.status if problem else 200,
        crumbs=[Link(gettext("Audit trail"), "/audit")],
        faults=[Fault(said, "by" if at == "officer" else at)] if problem else [],
        wanted=wanted,
        chosen=_chosen(wanted),
        kinds=[Option("", gettext("everything"))]
        + [Option(one, kind_in_words(one)) for one in find.known_kinds(session)],
        columns=view.columns(),
        rows=view.rows(session, found.entries) if found else [],
        found=found,
        following=found.following if found else "",
        about=around(session, wanted) if found else [],
        after=after,
        count=count,
        export=f"{HOME}.csv?{urlencode(_address(wanted))}",
        export_max=number(EXPORT_ROWS_MAX),
        person_columns=[
            Column(gettext("Resident"), "code"),
            Column(gettext("Name"), "name"),
            Column(gettext("ID number")),
            Column(gettext("Place")),
        ],
        person_rows=_hits(session, hits) if hits else [],
        looked=hits is not None,
        places=_places(session),
    )


def _address(wanted: Wanted) -> list[tuple[str, str]]:
    return [("by" if name == "officer" else name, value) for name, value in wanted.pairs()]


def _chosen(wanted: Wanted) -> list[tuple[str, str]]:
    said = {
        "person": gettext("Resident %(value)s"),
        "officer": gettext("By %(value)s"),
        "organisation": gettext("Organisation %(value)s"),
        "thing": gettext("Number %(value)s"),
        "kind": gettext("Kind %(value)s"),
        "act": gettext("Act %(value)s"),
        "since": gettext("From %(value)s"),
        "until": gettext("Until %(value)s"),
    }
    return [
        (
            said[name] % {"value": kind_in_words(value) if name == "kind" else value},
            "by" if name == "officer" else name,
        )
        for name, value in wanted.pairs()
    ]


def _count(count: int, *, more: bool) -> str:
    shown = number(count)
    return gettext("more than %(count)s entries") % {"count": shown} if more else shown


def _hits(session: Session, hits: list[Hit]) -> list[Row]:
    names = names_of(session, {one.division for one in hits if one.division})
    return [
        Row(
            [
                str(one.person_id),
                one.name,
                ending(one.tail),
                names.get(one.division, one.division),
            ],
            f"{HOME}?person={one.person_id}",
        )
        for one in hits
    ]


def _places(session: Session) -> list[Option]:
    rows = session.scalars(
        select(Division)
        .where(Division.level.in_(("township", "village")), Division.succeeded_by.is_(None))
        .order_by(Division.code)
    )
    return [Option("", gettext("choose a place"))] + [
        Option(one.code, one.name if one.level == "township" else f"　{one.name}") for one in rows
    ]

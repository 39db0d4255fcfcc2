"""Pages on which a resident is looked for: by the whole number, or by a whole name in one place."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from service.officers.may import require
from service.officers.models import Officer
from service.officers.signed_in import SignedInOfficer
from service.residents.record import search
from service.residents.record.pages import session_id
from service.residents.record.search import Found, SearchIncomplete, TooManySearches
from service.web import navigation
from service.web.filters import ending
from service.web.here import visit
from service.web.language import gettext, ngettext, translatable
from service.web.render import page
from service.web.transactions import Transaction
from service.web.view_models import Column, Fault, Option, Row

router = APIRouter()
navigation.register(
    "record",
    translatable("Residents"),
    "/residents",
    act="residents.search",
    beneath=("/account-changes", "/account-corrections"),
)
Text = Annotated[str, Form(max_length=200)]


@router.get("/residents")
def show_search(session: Transaction, officer: SignedInOfficer) -> Response:
    """The two ways to look for a resident."""
    require(officer, "residents.search")
    return _search(session, officer)


@router.post("/residents")
def search_resident(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    number: Text = "",
    name: Text = "",
    division: Text = "",
) -> Response:
    """Look for a resident; what is asked is never in an address, and every search is recorded."""
    require(officer, "residents.search")
    sid = session_id(request)
    try:
        found = search.asked(session, number, name, division, by=officer, session_id=sid)
    except (TooManySearches, SearchIncomplete) as problem:
        field = "number" if isinstance(problem, SearchIncomplete) else ""
        fault = Fault(problem.say(visit().language), field)
        return _search(session, officer, faults=[fault], status=problem.status)
    if number.strip() and found.hits:
        return RedirectResponse(f"/residents/{found.hits[0].person_id}", status_code=303)
    return _search(session, officer, found=found, division=division)


def _search(
    session: Session,
    officer: Officer,
    *,
    found: Found | None = None,
    division: str = "",
    faults: list[Fault] | None = None,
    status: int = 200,
) -> Response:
    places = search.places(session, officer)
    names = {one.code: one.name for one in places}
    return page(
        "residents/search.html",
        status=status,
        faults=faults or [],
        found=found,
        summary=_summary(found),
        columns=[
            Column(gettext("Name"), "name"),
            Column(gettext("ID number")),
            Column(gettext("Place")),
        ],
        rows=[
            Row(
                [one.name, ending(one.tail), names.get(one.division, one.division)],
                f"/residents/{one.person_id}",
            )
            for one in (found.hits if found else ())
        ],
        places=[
            Option(one.code, one.name if one.level == "township" else f"　{one.name}")
            for one in places
        ],
        division=division,
        limit=search.HITS_MAX,
    )


def _summary(found: Found | None) -> str:
    if found is None:
        return ""
    if found.more:
        return gettext(
            "There are more people of this name there; choose a village, or ask for the ID number."
        )
    if not found.hits:
        return gettext("Nobody was found whom you may see.")
    return ngettext("%(num)s person was found.", "%(num)s people were found.", len(found.hits)) % {
        "num": len(found.hits)
    }

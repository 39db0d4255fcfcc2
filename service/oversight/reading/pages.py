"""Pages on who looked at whom: by officer, by resident, and what auditors themselves looked at."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Path
from sqlalchemy.orm import Session
from starlette.responses import Response

from service.audit.readers import require_reader
from service.foundation import clock
from service.foundation.problems import NotFound, Problem
from service.officers.may import require
from service.officers.signed_in import SignedInOfficer
from service.oversight.reading import who
from service.oversight.reading.who import Looked
from service.oversight.search import view
from service.oversight.search.find import Entry
from service.oversight.search.wanted import Asked
from service.oversight.words.acts import in_words
from service.oversight.words.things import shown
from service.residents.models import Person
from service.web.filters import number
from service.web.here import visit
from service.web.language import gettext
from service.web.render import page
from service.web.transactions import Transaction
from service.web.view_models import Column, Fault, Link, Row, Tag

router = APIRouter()
PersonId = Annotated[int, Path(ge=1, le=2**63 - 1)]
_DAYS = 30


@router.get("/audit/reading")
def show_reading(session: Transaction, since: str = "", until: str = "") -> Response:
    """How many residents each officer looked at, beside colleagues of the same duties."""
    require_reader()
    today = clock.today()
    asked = Asked(
        since=since or (today - timedelta(days=_DAYS)).isoformat(),
        until=until or today.isoformat(),
    )
    faults, found = [], []
    try:
        begin, end = asked.wanted.from_moment, asked.wanted.to_moment
        if begin is not None and end is not None:
            found = who.by_officer(session, begin, end)
    except Problem as problem:
        faults = [Fault(problem.say(visit().language), problem.members.get("field", ""))]
    return page(
        "oversight/reading.html",
        status=422 if faults else 200,
        crumbs=[Link(gettext("Audit trail"), "/audit")],
        faults=faults,
        asked=asked,
        columns=[
            Column(gettext("Officer")),
            Column(gettext("Residents"), "number"),
            Column(gettext("Usual for the duty"), "number"),
            Column(gettext("Looks"), "number"),
            Column(gettext("Written out in full"), "number"),
            Column(gettext("Outside office hours"), "number"),
            Column(gettext("Remark")),
        ],
        rows=[_row(one, asked) for one in found],
        links=[Link(gettext("What auditors looked at"), "/audit/reading/auditors")],
    )


@router.get("/audit/reading/persons/{person_id}")
def show_lookers(session: Transaction, person_id: PersonId) -> Response:
    """Who looked at one resident, alone or on a list."""
    require_reader()
    if session.get(Person, person_id) is None:
        raise NotFound("resident")
    return _entries(
        session,
        gettext("Who looked at resident %(number)s") % {"number": person_id},
        gettext(
            "The newest %(count)s looks. Of a list that was shown page by page the resident may have been on another page."
        )
        % {"count": number(who.LOOKS_MAX)},
        who.at_person(session, person_id),
        linked=True,
    )


@router.get("/audit/reading/auditors")
def show_auditors(session: Transaction, officer: SignedInOfficer) -> Response:
    """What auditors looked at, for the other auditors and the security administrators."""
    require(officer, "officers.read")
    return _entries(
        session,
        gettext("What auditors looked at"),
        gettext(
            "Searches, files and timelines. What was typed is kept as a digest: equal words have equal digests."
        ),
        who.of_auditors(session),
        linked=bool(visit().viewer and visit().viewer.may("audit.read")),  # type: ignore[union-attr]
    )


def _row(one: Looked, asked: Asked) -> Row:
    home = f"/audit/entries?by={one.officer.username}&act=resident."
    return Row(
        [
            f"{one.officer.name} · {one.officer.organisation}",
            one.residents,
            one.usual,
            one.looks,
            one.revealed,
            one.off_hours,
            Tag(gettext("unusually many"), "warn") if one.is_unusual else None,
        ],
        href=f"{home}&since={asked.since}&until={asked.until}",
        tone="warn" if one.is_unusual else "",
    )


def _entries(
    session: Session, title: str, status: str, found: list[Entry], *, linked: bool
) -> Response:
    names = view.who_of(session, found)
    things = shown(session, [(one.object_type, one.object_id) for one in found])
    rows = []
    for one in found:
        thing = things[one.object_type, one.object_id]
        rows.append(
            Row(
                [
                    one.at,
                    names[one.actor_kind, one.actor_id],
                    in_words(one.act),
                    Link(thing.name, thing.href) if linked and thing.href else thing.name,
                    _how(one) or None,
                    one.index,
                ]
            )
        )
    return page(
        "oversight/lookers.html",
        title=title,
        status_sentence=status,
        crumbs=[Link(gettext("Who looked at whom"), "/audit/reading")] if linked else [],
        columns=[
            Column(gettext("Time"), "moment"),
            Column(gettext("By")),
            Column(gettext("Act")),
            Column(gettext("Thing")),
            Column(gettext("Where it was read")),
            Column(gettext("Place in the chain"), "number"),
        ],
        rows=rows,
    )


def _how(one: Entry) -> str:
    """Return at which page or with which digests somebody looked."""
    details = one.said.get("details", {})
    told = [str(details[name]) for name in ("purpose", "address", "kind", "of") if name in details]
    told += [f"{name} {digest}" for name, digest in sorted(details.get("terms", {}).items())]
    return " · ".join(told)

"""A resident's page: the record at two dates, and showing in full what is masked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Form, Path, Query, Request
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from service.foundation import clock
from service.foundation.months import BadMonth, Month
from service.officers.may import may, require
from service.officers.models import Officer
from service.officers.signed_in import SignedInOfficer
from service.residents.models import Person
from service.residents.reading import read_resident
from service.residents.record import search
from service.residents.record.acts_view import acts
from service.residents.record.facts import end_of, record_of
from service.residents.record.revealing import (
    REASON_MAX,
    REASON_MIN,
    RevealReasonMissing,
    record_reveal,
)
from service.residents.record.view import REVEALS, SENSITIVE, resident_page
from service.web.filters import long_day, month_name
from service.web.here import visit
from service.web.language import gettext
from service.web.render import page
from service.web.transactions import Transaction
from service.web.view_models import Fault, Link, Option

router = APIRouter()
PersonId = Annotated[int, Path(ge=1, le=2**63 - 1)]
Choice = Annotated[str, Query(max_length=20)]


@dataclass(frozen=True)
class Asked:
    """Which record is asked for: as known at the end of a day, as true in a month."""

    known: date | None
    true: Month | None
    faults: list[Fault]

    @property
    def known_at(self) -> datetime | None:
        return end_of(self.known) if self.known else None


@dataclass(frozen=True)
class Refused:
    """Why something was not done, and what was typed."""

    fault: Fault
    sent: Mapping[str, str]
    status: int = 422


@router.get("/residents/{person_id}")
def show_resident(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    person_id: PersonId,
    known: Choice = "",
    true: Choice = "",
) -> Response:
    """One resident: every fact with its source and history; looking is recorded."""
    require(officer, "residents.read")
    person = search.seen(session, person_id, officer)
    if person.id != person_id:
        return RedirectResponse(f"/residents/{person.id}", status_code=303)
    return draw_resident(request, session, officer, person, asked=_asked(known, true))


@router.post("/residents/{person_id}/reveal")
def reveal(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    person_id: PersonId,
    what: Annotated[list[str] | None, Form()] = None,
    reason: Annotated[str, Form(max_length=REASON_MAX)] = "",
) -> Response:
    """Write out what is masked, once, with a reason; hidden again on the next page."""
    require(officer, "residents.reveal")
    person = search.seen(session, person_id, officer)
    chosen = frozenset(what or ()) & frozenset(REVEALS)
    if len(reason.strip()) < REASON_MIN or not chosen:
        field = "reason" if chosen else "what"
        said = RevealReasonMissing().say(visit().language)
        fault = Fault(said if chosen else gettext("Choose what is to be shown."), field)
        return draw_resident(
            request, session, officer, person, refused=Refused(fault, {"reason": reason})
        )
    by = officer.actor(session_id(request))
    record_reveal(session, ("persons", person.id), by=by, reason=reason, shown=chosen)
    return draw_resident(request, session, officer, person, revealed=chosen)


def session_id(request: Request) -> str:
    """Return the signed-in session's id, which every act is recorded with."""
    return str(request.state.officer_session.id)


def _asked(known: str, true: str) -> Asked:
    """Read the two dates of the address; what cannot be read is said and left out."""
    faults = []
    day, month = None, None
    if known:
        try:
            day = date.fromisoformat(known)
        except ValueError:
            faults.append(Fault(gettext("That is not a day; write it like 2026-10-25."), "known"))
    if true:
        try:
            month = Month.parse(true)
        except BadMonth as problem:
            faults.append(Fault(problem.say(visit().language), "true"))
    return Asked(day, month, faults)


def draw_resident(
    request: Request,
    session: Session,
    officer: Officer,
    person: Person,
    *,
    asked: Asked | None = None,
    revealed: frozenset[str] = frozenset(),
    refused: Refused | None = None,
) -> Response:
    """Draw a resident's page, and record that the officer was shown it."""
    asked = asked or _asked("", "")
    record = record_of(session, person.id, known_at=asked.known_at, true_in=asked.true)
    view = resident_page(session, officer, person, record, revealed)
    purpose = "residents.reveal" if revealed else "resident.page"
    shown = sorted({entry.feed.code for entry in record.entries} | revealed)
    read_resident(
        session, person.id, by=officer.actor(session_id(request)), purpose=purpose, fields=shown
    )
    said = ([refused.fault] if refused else []) + asked.faults
    sent = refused.sent if refused else {}
    return page(
        "residents/resident.html",
        status=refused.status if refused else 422 if asked.faults else 200,
        view=view,
        crumbs=[Link(gettext("Residents"), "/residents")]
        if may(officer, "residents.search")
        else [],
        status_sentence=_sentence(asked),
        asked=asked,
        today=clock.today().isoformat(),
        revealed=revealed,
        may_reveal=may(officer, "residents.reveal"),
        reveals=_reveals(has_sensitive=view.has_sensitive),
        faults=said,
        reason=sent.get("reason", ""),
        acts=acts(session, officer, person.id, sent),
        reason_max=REASON_MAX,
    )


def _sentence(asked: Asked) -> str:
    if asked.known and asked.true:
        return gettext("What we knew at the end of %(day)s about what was true in %(month)s.") % {
            "day": long_day(asked.known),
            "month": month_name(asked.true),
        }
    if asked.known:
        return gettext("What we knew at the end of %(day)s.") % {"day": long_day(asked.known)}
    if asked.true:
        return gettext("What was true in %(month)s, by everything we know today.") % {
            "month": month_name(asked.true)
        }
    return gettext("What we know today. Every look at this page is recorded.")


def _reveals(*, has_sensitive: bool) -> list[Option]:
    options = [
        Option("identity", gettext("Name and numbers")),
        Option("account", gettext("Account numbers")),
        Option(SENSITIVE, gettext("What the most sensitive feeds say")),
    ]
    return options if has_sensitive else options[:2]

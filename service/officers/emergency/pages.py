"""Emergency access: ask, witness, end, and what the auditor keeps about it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from service.audit.actor import Actor
from service.audit.record import record
from service.foundation.problems import NotFound, Problem
from service.officers import queries as officer_queries
from service.officers import words
from service.officers.emergency import access, queries
from service.officers.emergency.access import WitnessNeeded
from service.officers.emergency.models import EmergencyAccess
from service.officers.holding import queries as grant_queries
from service.officers.holding.review import review_list
from service.officers.may import may, require
from service.officers.models import Officer
from service.officers.signed_in import SignedInOfficer
from service.web import navigation
from service.web.here import visit
from service.web.language import gettext, ngettext, translatable
from service.web.queue import WaitingItem
from service.web.render import page
from service.web.transactions import Transaction
from service.web.view_models import Column, Fault, Option, Row, Tag

router = APIRouter()
navigation.register_own(
    "officers", translatable("Emergency access"), "/emergency", act="emergency.ask"
)
Text = Annotated[str, Form(max_length=1024)]
ACTS = {"confirm": access.confirm, "end": access.end}


def emergencies(session: Session, officer: Officer) -> list[WaitingItem]:
    """What a witness has to answer, and what an auditor has to look at, from the first moment."""
    items = []
    if may(officer, "emergency.confirm"):
        count, since = queries.asked(session)
        said = ngettext(
            "An emergency access is asked for", "Emergency accesses are asked for", count
        )
        items.append(WaitingItem(said, count, "/emergency", since))
    if may(officer, "emergency.review"):
        count, since = queries.unreviewed(session)
        said = ngettext("An emergency access to look at", "Emergency accesses to look at", count)
        items.append(WaitingItem(said, count, "/emergency", since))
    return items


def duties_to_confirm(session: Session, officer: Officer) -> list[WaitingItem]:
    """Duties that another asked for, and those that this quarter's review has not reached."""
    if not may(officer, "duties.confirm"):
        return []
    asked = [
        one
        for one in grant_queries.in_state(session, "asked")
        if officer.id not in (one.asked_by, one.officer_id)
    ]
    due = [one for one in review_list(session) if one.is_due and one.officer.id != officer.id]
    return [
        WaitingItem(
            ngettext(
                "A duty waits for a second person", "Duties wait for a second person", len(asked)
            ),
            len(asked),
            "/officers",
            min((one.asked_at for one in asked), default=None),
        ),
        WaitingItem(
            ngettext(
                "A duty is to be confirmed this quarter",
                "Duties are to be confirmed this quarter",
                len(due),
            ),
            len(due),
            "/officers",
        ),
    ]


def asked_of_second(session: Session, officer: Officer) -> list[WaitingItem]:
    """Duties and an emergency access that this officer asked for and no second person answered."""
    who = words.duty_name("security_administrator")
    asked = [one for one in grant_queries.in_state(session, "asked") if one.asked_by == officer.id]
    access_now = queries.open_or_asked_of(session, officer)
    waits = access_now if access_now is not None and access_now.state == "asked" else None
    return [
        WaitingItem(
            ngettext("Duty that you asked for", "Duties that you asked for", len(asked)),
            len(asked),
            "/officers",
            min((one.asked_at for one in asked), default=None),
            who=who,
        ),
        WaitingItem(
            gettext("Your emergency access"),
            1 if waits else 0,
            "/emergency",
            waits.asked_at if waits else None,
            who=who,
        ),
    ]


@router.get("/emergency")
def show(session: Transaction, officer: SignedInOfficer) -> Response:
    """Ask for an access; who may, sees all of them."""
    require(officer, "emergency.ask")
    return _page(session, officer)


@router.post("/emergency")
def ask(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    minutes: Annotated[int, Form()] = 0,
    reason: Text = "",
) -> Response:
    """Ask to read without the duty."""
    try:
        with session.begin_nested():
            access.ask(
                session, minutes=minutes, reason=reason, by=officer, session_id=_sid(request)
            )
    except Problem as problem:
        return _page(session, officer, problem, minutes=minutes, reason=reason)
    return RedirectResponse("/emergency", status_code=303)


@router.post("/emergency/review")
def review(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    access_id: Annotated[UUID, Form()],
    note: Text = "",
) -> Response:
    """Keep what the auditor found."""
    require(officer, "emergency.review")
    try:
        with session.begin_nested():
            access.review(session, access_id, note=note, by=officer, session_id=_sid(request))
    except Problem as problem:
        return _page(session, officer, problem, note=note)
    return RedirectResponse("/emergency", status_code=303)


@router.post("/emergency/{access_id}/{act}")
def decide(
    request: Request, session: Transaction, officer: SignedInOfficer, access_id: UUID, act: str
) -> Response:
    """Witness an access, refuse it, or end it before its time."""
    if act not in ACTS:
        raise NotFound("page")
    try:
        with session.begin_nested():
            ACTS[act](session, access_id, by=officer, session_id=_sid(request))
    except Problem as problem:
        if isinstance(problem, WitnessNeeded):
            keep_attempt(session, access_id, by=officer.actor(_sid(request)))
        return _page(session, officer, problem)
    return RedirectResponse("/emergency", status_code=303)


def keep_attempt(session: Session, access_id: UUID, *, by: Actor) -> None:
    """Keep for the auditor that somebody tried to witness an access of his own."""
    record(session, "emergency.self_witness_refused", by=by, on=("emergency_accesses", access_id))


def _page(
    session: Session,
    officer: Officer,
    problem: Problem | None = None,
    *,
    minutes: int = access.MINUTES_MAX,
    reason: str = "",
    note: str = "",
) -> Response:
    every = queries.seen_by(session, officer)
    named = {one.id: one.name for one in officer_queries.everyone(session)}
    to_review = [
        one
        for one in every
        if may(officer, "emergency.review") and access.is_over(one) and one.reviewed_at is None
    ]
    return page(
        "officers/emergency.html",
        status=problem.status if problem else 200,
        faults=[Fault(problem.say(visit().language))] if problem else [],
        columns=[
            Column(gettext("Officer")),
            Column(gettext("State")),
            Column(gettext("Asked"), "moment"),
            Column(gettext("Until"), "moment"),
            Column(gettext("Why")),
            Column(gettext("Witness")),
            Column(gettext("Auditor")),
        ],
        rows=[
            Row(
                [
                    named.get(one.officer_id, ""),
                    _tag(one),
                    one.asked_at,
                    one.until,
                    one.reason,
                    named.get(one.confirmed_by, "") if one.confirmed_by else None,
                    one.review_note,
                ]
            )
            for one in every
        ],
        open=[
            (one, named.get(one.officer_id, ""), one.officer_id == officer.id)
            for one in every
            if not access.is_over(one)
            and (one.officer_id == officer.id or may(officer, "emergency.confirm"))
        ],
        to_review=to_review,
        review_options=[
            Option(str(one.id), f"{named.get(one.officer_id, '')} · {one.reason}"[:80])
            for one in to_review
        ],
        minutes=minutes,
        reason=reason,
        note=note,
    )


def _tag(one: EmergencyAccess) -> Tag:
    return words.access_tag("over" if one.state == "open" and access.is_over(one) else one.state)


def _sid(request: Request) -> str:
    return str(request.state.officer_session.id)

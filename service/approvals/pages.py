"""The page of absences: who is away and who stands in; an officer registers the own and ends it."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from service.approvals import absences
from service.approvals.models import Delegation
from service.batches.history import officer_names
from service.batches.pages import session_id
from service.batches.release import ReasonMissing
from service.foundation import clock
from service.foundation.problems import Problem
from service.officers.may import may, require
from service.officers.models import Officer
from service.officers.queries import by_username
from service.officers.signed_in import SignedInOfficer
from service.web import navigation
from service.web.filters import day
from service.web.here import visit
from service.web.language import gettext, translatable
from service.web.render import page
from service.web.transactions import Transaction
from service.web.view_models import Column, Fault, Option, Row

router = APIRouter()
navigation.register("approvals", translatable("Absences"), "/absences", act="approvals.read")
_STEPS_TAKEN_BY = ("approvals.decide", "signing.sign")


@router.get("/absences")
def show_absences(session: Transaction, officer: SignedInOfficer) -> Response:
    """Who is away today or later, and the form for the own absence."""
    require(officer, "approvals.read")
    return _page(session, officer)


@router.post("/absences")
def register_absence(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    from_day: Annotated[str, Form(max_length=10)] = "",
    to_day: Annotated[str, Form(max_length=10)] = "",
    delegate: Annotated[str, Form(max_length=40)] = "",
    reason: Annotated[str, Form(max_length=absences.REASON_CHARS_MAX)] = "",
) -> Response:
    """Register the own absence."""
    require_steps(officer)
    try:
        with session.begin_nested():
            absences.register(
                session,
                officer,
                from_day=_day(from_day),
                to_day=_day(to_day),
                delegate=stand_in(session, delegate),
                reason=reason,
                by=officer.actor(session_id(request)),
                on=clock.today(),
            )
    except (ReasonMissing, absences.AbsenceUnusable, absences.DelegateUnusable) as problem:
        given = {"from_day": from_day, "to_day": to_day, "delegate": delegate, "reason": reason}
        return _page(session, officer, problem, given)
    return RedirectResponse("/absences", status_code=303)


@router.post("/absences/{absence_id}/end")
def end_absence(
    request: Request, session: Transaction, officer: SignedInOfficer, absence_id: UUID
) -> Response:
    """End the own absence now."""
    require_steps(officer)
    one = absences.own(session, officer, absence_id)
    absences.end(session, one, by=officer.actor(session_id(request)))
    return RedirectResponse("/absences", status_code=303)


def require_steps(officer: Officer) -> None:
    """Refuse whoever takes no step of any list, and so has none to leave to others."""
    require(
        officer, next((one for one in _STEPS_TAKEN_BY if may(officer, one)), "approvals.decide")
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise absences.AbsenceUnusable from None


def stand_in(session: Session, username: str) -> Officer | None:
    """Return who is named as a stand-in, None for nobody; raises DelegateUnusable."""
    if not username:
        return None
    found = by_username(session, username)
    if found is None:
        raise absences.DelegateUnusable
    return found


def _page(
    session: Session,
    officer: Officer,
    problem: Problem | None = None,
    given: dict[str, str] | None = None,
) -> Response:
    today = clock.today()
    coming = absences.every_coming(session, on=today)
    people = {one.absent_id for one in coming}
    people |= {one.delegate_id for one in coming if one.delegate_id is not None}
    named = officer_names(session, people)
    wrong_reason = isinstance(problem, ReasonMissing)
    said = problem.say(visit().language) if problem else ""
    given = given or {}
    return page(
        "approvals/absences.html",
        status=problem.status if problem else 200,
        faults=[Fault(said, field="reason" if wrong_reason else "from_day")] if problem else [],
        columns=[
            Column(gettext("Officer")),
            Column(gettext("First day")),
            Column(gettext("Last day")),
            Column(gettext("Who stands in")),
        ],
        rows=[
            Row(
                [
                    named.get(str(one.absent_id), ""),
                    day(one.from_day),
                    day(one.to_day),
                    named.get(str(one.delegate_id)) if one.delegate_id else None,
                ]
            )
            for one in coming
        ],
        own=[(one, _said(one, named)) for one in coming if one.absent_id == officer.id],
        may_register=any(may(officer, act) for act in _STEPS_TAKEN_BY),
        delegates=_delegates(session, officer),
        from_day=given.get("from_day", today.isoformat()),
        to_day=given.get("to_day", today.isoformat()),
        delegate=given.get("delegate", ""),
        reason=given.get("reason", ""),
        reason_max=absences.REASON_CHARS_MAX,
        reason_error=said if wrong_reason else "",
        days_max=absences.DAYS_MAX,
    )


def _said(one: Delegation, named: dict[str, str]) -> str:
    days = gettext("from %(first)s until %(last)s") % {
        "first": day(one.from_day),
        "last": day(one.to_day),
    }
    if one.delegate_id is None:
        return days
    stands_in = gettext("%(name)s stands in") % {"name": named.get(str(one.delegate_id), "")}
    return f"{days} · {stands_in}"


def _delegates(session: Session, officer: Officer) -> list[Option]:
    """Return who may stand in for an officer; signers sign with their own key or not at all."""
    shared = [duty for duty in absences.DELEGATED if officer.has(duty)]
    if not shared:
        return []
    found = session.scalars(
        select(Officer)
        .where(Officer.active, Officer.duties.overlap(shared), Officer.id != officer.id)
        .order_by(Officer.name, Officer.username)
    )
    options = [Option(one.username, f"{one.name} · {one.organisation}") for one in found]
    return [Option("", gettext("nobody")), *options]

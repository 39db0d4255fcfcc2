"""Pages of decisions: everything about a person in a month, one decision with its reasons, its letter."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Request
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from service.assessment.explain import Whole
from service.assessment.letter import write_letter
from service.assessment.paid import how_paid
from service.assessment.reveal import Reason, Reveal, masked, reveal
from service.assessment.view import (
    Asked,
    about,
    address,
    decision_page,
    decisions_page,
    place_of,
    whole_for,
)
from service.officers.may import require
from service.officers.models import Officer
from service.officers.signed_in import SignedInOfficer
from service.residents.models import Person
from service.residents.reading import read_resident
from service.residents.record.search import seen
from service.web.filters import masked_name
from service.web.here import visit
from service.web.language import gettext
from service.web.render import page
from service.web.transactions import Transaction
from service.web.view_models import Link

router = APIRouter()
Id = Annotated[int, Path(ge=1, le=2**63 - 1)]
Word = Annotated[str, Path(max_length=16)]
Choice = Annotated[str, Query(max_length=7)]


def asked_for(
    month: Word, code: Word, kind: Word, subject_id: Id, assessment: UUID | None = None
) -> Asked:
    """Return which decision an address is about."""
    return Asked(month, code, kind, subject_id, assessment)


AskedFor = Annotated[Asked, Depends(asked_for)]


@router.get("/residents/{person_id}/decisions")
def show_decisions(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    person_id: Id,
    month: Choice = "",
) -> Response:
    """Everything that was decided about a resident in a month, paid or not; looking is recorded."""
    require(officer, "residents.read")
    require(officer, "assessment.read")
    person = seen(session, person_id, officer)
    if person.id != person_id:
        return RedirectResponse(f"/residents/{person.id}/decisions", status_code=303)
    view = decisions_page(session, officer, person, month)
    looked(session, request, officer, person, "decisions.page", ["decisions"])
    crumbs = [Link(masked_name(person.name), f"/residents/{person.id}")]
    return page("assessment/decisions.html", view=view, crumbs=crumbs)


@router.get("/months/{month}/decisions/{code}/{kind}/{subject_id}")
def show_decision(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    asked: AskedFor,
) -> Response:
    """Why one subject is, is not, or cannot yet be found due a programme in a month."""
    whole, person = decision_seen(session, officer, asked)
    return _draw_decision(
        session, request, officer, whole, person, masked(officer, place_of(whole, person))
    )


@router.post("/months/{month}/decisions/{code}/{kind}/{subject_id}")
def reveal_decision(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    asked: AskedFor,
    purpose: Reason = "",
) -> Response:
    """The same with what the most sensitive feeds say, once and with a reason."""
    whole, person = decision_seen(session, officer, asked)
    shown = _reveal(session, request, officer, whole, person, purpose)
    return _draw_decision(session, request, officer, whole, person, shown)


@router.get("/months/{month}/decisions/{code}/{kind}/{subject_id}/letter")
def show_letter(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    asked: AskedFor,
) -> Response:
    """The letter about a decision, to be printed: the text of the page, and how to object."""
    whole, person = decision_seen(session, officer, asked)
    return _draw_letter(
        session, request, officer, whole, person, masked(officer, place_of(whole, person))
    )


@router.post("/months/{month}/decisions/{code}/{kind}/{subject_id}/letter")
def reveal_letter(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    asked: AskedFor,
    purpose: Reason = "",
) -> Response:
    """The whole letter, which names what the most sensitive feeds say, with a reason."""
    whole, person = decision_seen(session, officer, asked)
    shown = _reveal(session, request, officer, whole, person, purpose)
    return _draw_letter(session, request, officer, whole, person, shown)


def _reveal(
    session: Session,
    request: Request,
    officer: Officer,
    whole: Whole,
    person: Person | None,
    reason: str,
) -> Reveal:
    by = officer.actor(str(request.state.officer_session.id))
    return reveal(
        session,
        officer,
        about(whole, person),
        division=place_of(whole, person),
        by=by,
        reason=reason,
    )


def _draw_decision(
    session: Session,
    request: Request,
    officer: Officer,
    whole: Whole,
    person: Person | None,
    shown: Reveal,
) -> Response:
    code = whole.explanation.programme.code
    looked(session, request, officer, person, "decision.page", [code])
    return page(
        "assessment/decision.html",
        status=shown.status,
        view=decision_page(whole, person, shown),
        shown=shown,
        here=visit().url_with(),
        crumbs=_crumbs(whole, person),
    )


def _draw_letter(
    session: Session,
    request: Request,
    officer: Officer,
    whole: Whole,
    person: Person | None,
    shown: Reveal,
) -> Response:
    code = whole.explanation.programme.code
    looked(session, request, officer, person, "decision.letter", [code])
    name = masked_name(person.name) if person else ""
    return page(
        "assessment/letter.html",
        status=shown.status,
        layout="web/layout.html",
        letter=write_letter(whole, visit().language, name=name, guarded=not shown.is_open),
        paid=how_paid(session, whole, visit().language),
        shown=shown,
        here=visit().url_with(),
        back=address(whole.assessment.month, code, whole.subject, whole.subject_id),
    )


def decision_seen(session: Session, officer: Officer, asked: Asked) -> tuple[Whole, Person | None]:
    """Return a decision with its payee if the officer may see both; raises NotAllowed, NotFound."""
    require(officer, "residents.read")
    require(officer, "assessment.read")
    return whole_for(session, officer, asked)


def _crumbs(whole: Whole, person: Person | None) -> list[Link]:
    month = whole.assessment.month
    if person is None:
        return [Link(month, f"/months/{month}")]
    home = f"/residents/{person.id}"
    return [
        Link(masked_name(person.name), home),
        Link(gettext("What was decided"), f"{home}/decisions?month={month}"),
    ]


def looked(
    session: Session,
    request: Request,
    officer: Officer,
    person: Person | None,
    purpose: str,
    fields: list[str],
) -> None:
    """Record that an officer was shown what is decided about somebody."""
    if person is not None:
        by = officer.actor(str(request.state.officer_session.id))
        read_resident(session, person.id, by=by, purpose=purpose, fields=fields)

"""Pages of decisions: everything about a person in a month, one decision with its reasons, its letter."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from service.assessment.explain import Whole
from service.assessment.letter import write_letter
from service.assessment.view import (
    Asked,
    address,
    decision_page,
    decisions_page,
    sees_sensitive,
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
    _looked(session, request, officer, person, "decisions.page", ["decisions"])
    crumbs = [Link(masked_name(person.name), f"/residents/{person.id}")]
    return page("assessment/decisions.html", view=view, crumbs=crumbs)


@router.get("/months/{month}/decisions/{code}/{kind}/{subject_id}")
def show_decision(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    month: Word,
    code: Word,
    kind: Word,
    subject_id: Id,
    assessment: UUID | None = None,
) -> Response:
    """Why one subject is, is not, or cannot yet be found due a programme in a month."""
    asked = Asked(month, code, kind, subject_id, assessment)
    whole, person = _decision(session, officer, asked)
    _looked(session, request, officer, person, "decision.page", [code])
    return page(
        "assessment/decision.html",
        view=decision_page(whole, person, officer),
        crumbs=_crumbs(whole, person),
    )


@router.get("/months/{month}/decisions/{code}/{kind}/{subject_id}/letter")
def show_letter(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    month: Word,
    code: Word,
    kind: Word,
    subject_id: Id,
    assessment: UUID | None = None,
) -> Response:
    """The letter about a decision, to be printed: the text of the page, and how to object."""
    asked = Asked(month, code, kind, subject_id, assessment)
    whole, person = _decision(session, officer, asked)
    _looked(session, request, officer, person, "decision.letter", [code])
    name = masked_name(person.name) if person else ""
    return page(
        "assessment/letter.html",
        layout="web/layout.html",
        letter=write_letter(
            whole, visit().language, name=name, guarded=not sees_sensitive(officer)
        ),
        back=address(whole.assessment.month, code, whole.subject, subject_id),
    )


def _decision(session: Session, officer: Officer, asked: Asked) -> tuple[Whole, Person | None]:
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


def _looked(
    session: Session,
    request: Request,
    officer: Officer,
    person: Person | None,
    purpose: str,
    fields: list[str],
) -> None:
    if person is not None:
        by = officer.actor(str(request.state.officer_session.id))
        read_resident(session, person.id, by=by, purpose=purpose, fields=fields)

"""Acts on a resident's page: a change of account by two officers, and what a township saw."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from service.foundation.problems import NotFound, Problem
from service.officers.may import NotAllowed, require
from service.officers.models import Officer
from service.officers.signed_in import SignedInOfficer
from service.residents.accounts.change import (
    confirm_change,
    refuse_change,
    request_change,
    withdraw_change,
)
from service.residents.accounts.queries import changes_of
from service.residents.identity.confirm_life import confirm_alive, confirm_dead
from service.residents.identity.problems import DayImpossible
from service.residents.models import Person
from service.residents.record import search
from service.residents.record.pages import PersonId, Refused, draw_resident, session_id
from service.web.here import visit
from service.web.transactions import Transaction
from service.web.view_models import Fault

router = APIRouter()
Text = Annotated[str, Form(max_length=200)]
Reason = Annotated[str, Form(max_length=500)]
_FIELDS = {
    "account_number_wrong": "account",
    "same_account": "account",
    "bank_code_wrong": "bank_code",
    "bank_name_missing": "bank_name",
    "day_impossible": "day",
}
"""Which input a problem's code belongs to; every other one to the form's reason."""


@router.post("/residents/{person_id}/account")
def ask_for_account(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    person_id: PersonId,
    account: Text = "",
    bank_code: Text = "",
    bank_name: Text = "",
    account_reason: Reason = "",
) -> Response:
    """Ask that a person be paid to another account; a second officer has to agree."""
    require(officer, "accounts.request")
    person = search.seen(session, person_id, officer)

    def ask() -> object:
        return request_change(
            session, person.id, account=account, bank_code=bank_code, bank_name=bank_name,
            reason=account_reason, by=officer, session_id=session_id(request),
        )  # fmt: skip

    # The account number is not among them: it is typed again rather than sent back.
    sent = {"bank_code": bank_code, "bank_name": bank_name, "account_reason": account_reason}
    return _act(request, session, officer, person, ask, "account_reason", sent)


@router.post("/residents/{person_id}/account/{change_id}")
def decide_account(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    person_id: PersonId,
    change_id: UUID,
    answer: Text = "",
    decision_reason: Reason = "",
) -> Response:
    """Agree to a change of account, refuse it, or take one's own request back."""
    person, verb = change_verb(session, officer, person_id, change_id, answer)

    def decide() -> object:
        return verb(
            session, change_id, by=officer, reason=decision_reason, session_id=session_id(request)
        )

    sent = {"decision_reason": decision_reason}
    return _act(request, session, officer, person, decide, "decision_reason", sent)


def change_verb(
    session: Session, officer: Officer, person_id: int, change_id: UUID, answer: str
) -> tuple[Person, Callable[..., object]]:
    """Return whose change is answered and what does it; raises NotAllowed, NotFound."""
    verb = {"confirm": confirm_change, "refuse": refuse_change, "withdraw": withdraw_change}.get(
        answer
    )
    require(officer, "accounts.request" if answer == "withdraw" else "accounts.confirm")
    person = search.seen(session, person_id, officer)
    if verb is None or all(one.id != change_id for one in changes_of(session, person.id)):
        raise NotFound("change")
    return person, verb


@router.post("/residents/{person_id}/life")
def confirm_life(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    person_id: PersonId,
    answer: Text = "",
    day: Text = "",
    organisation: Text = "",
    life_reason: Reason = "",
) -> Response:
    """Keep that a township saw the person alive, or confirms the death."""
    require(officer, "life.confirm")
    person = search.seen(session, person_id, officer)
    verb = {"alive": confirm_alive, "dead": confirm_dead}.get(answer)

    def keep() -> object:
        try:
            on = date.fromisoformat(day)
        except ValueError:
            raise DayImpossible from None
        if verb is None:
            raise NotFound("page")
        return verb(
            session, person.id, on=on, organisation=organisation, reason=life_reason, by=officer,
            session_id=session_id(request),
        )  # fmt: skip

    sent = {"answer": answer, "day": day, "organisation": organisation, "life_reason": life_reason}
    return _act(request, session, officer, person, keep, "life_reason", sent)


def _act(
    request: Request,
    session: Session,
    officer: Officer,
    person: Person,
    act: Callable[[], object],
    field: str,
    sent: Mapping[str, str],
) -> Response:
    """Do it and go back to the page, or draw the page again with what is wrong."""
    try:
        with session.begin_nested():
            act()
    except (NotAllowed, NotFound):
        raise
    except Problem as problem:
        place = _FIELDS.get(problem.code, field)
        fault = Fault(problem.say(visit().language), place)
        return draw_resident(
            request, session, officer, person, refused=Refused(fault, sent, problem.status)
        )
    return RedirectResponse(f"/residents/{person.id}", status_code=303)

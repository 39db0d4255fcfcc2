"""Pages of estates: the dead whose money waits, and one of them with the heirs and their acts."""

from collections.abc import Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Path, Query, Request
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from service.batches.heirs import estates, queries, view, words
from service.foundation.problems import Problem
from service.officers.may import may, require
from service.officers.models import Officer
from service.officers.signed_in import SignedInOfficer
from service.residents.heirs import Claim, approve_heir, end_heir, refuse_heir, register_heir
from service.residents.heirs.problems import HeirNotFound
from service.residents.models import Person
from service.residents.record.search import by_number
from service.web import navigation
from service.web.here import visit
from service.web.language import ngettext, translatable
from service.web.queue import WaitingItem
from service.web.render import page
from service.web.transactions import Transaction
from service.web.view_models import Fault

router = APIRouter()
PersonId = Annotated[int, Path(ge=1, le=2**62)]
After = Annotated[str, Query(max_length=40)]
Short = Annotated[str, Form(max_length=40)]
Text = Annotated[str, Form(max_length=500)]
_FIELDS = {
    "heir_not_found": "number",
    "heir_is_the_dead": "number",
    "heir_stands": "number",
    "share_unclear": "share",
    "shares_too_many": "share",
    "evidence_missing": "evidence",
    "heir_basis_unknown": "basis",
    "relation_unknown": "relation",
    "reason_needed": "reason",
}
"""Which input a problem's code belongs to."""

navigation.register("heirs", translatable("Estates"), "/heirs", act="heirs.read")


def heirs_to_confirm(session: Session, officer: Officer) -> list[WaitingItem]:
    """Heirs whom another officer registered, for those who may approve them."""
    if not may(officer, "heirs.approve"):
        return []
    waiting = estates.unconfirmed(session, officer)
    return [
        WaitingItem(
            ngettext(
                "Heir whom another officer registered: approve or refuse",
                "Heirs whom other officers registered: approve or refuse",
                waiting.count,
            ),
            waiting.count,
            f"/heirs/{waiting.only_person}" if waiting.only_person else "/heirs",
            waiting.since,
        )
    ]


def estates_without_heirs(session: Session, officer: Officer) -> list[WaitingItem]:
    """The dead whose money waits and of whom nobody is registered for a part, for the steward."""
    if not may(officer, "heirs.register"):
        return []
    waiting = estates.unclaimed(session, officer)
    return [
        WaitingItem(
            ngettext(
                "Money of somebody who died waits for an heir",
                "Money of people who died waits for heirs",
                waiting.count,
            ),
            waiting.count,
            "/heirs",
            waiting.since,
        )
    ]


@router.get("/heirs")
def show_estates(session: Transaction, officer: SignedInOfficer, after: After = "") -> Response:
    """The dead whose money waits for heirs, the longest wait first."""
    require(officer, "heirs.read")
    columns, rows, following = view.list_part(session, officer, after)
    return page("batches/heirs.html", columns=columns, rows=rows, after=after, following=following)


@router.get("/heirs/{person_id}")
def show_estate(session: Transaction, officer: SignedInOfficer, person_id: PersonId) -> Response:
    """One of the dead: the lines that wait, the heirs, and what may be done."""
    return _page(session, officer, queries.seen(session, person_id, officer))


def _claim(
    relation: Short = "",
    share: Short = "",
    basis: Short = "",
    evidence: Text = "",
    reason: Text = "",
) -> Claim:
    return Claim(basis, relation, evidence, reason, share)


@router.post("/heirs/{person_id}")
def register_one(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    person_id: PersonId,
    claim: Annotated[Claim, Depends(_claim)],
    number: Short = "",
) -> Response:
    """Register an heir, found by the whole ID number."""
    person = queries.seen(session, person_id, officer)
    require(officer, "heirs.register")
    session_id = _session_id(request)

    # Outside the act: a search is written down and counted, whatever becomes of the rest.
    found = by_number(session, number, by=officer, session_id=session_id)

    def act() -> None:
        if not found.hits:
            raise HeirNotFound
        heir = found.hits[0].person_id
        register_heir(session, person.id, heir, claim, by=officer, session_id=session_id)

    # The number is not among them: it is typed again rather than sent back.
    return _act(session, officer, person, act, sent=vars(claim))


@router.post("/heirs/{person_id}/{heir_id}/approve")
def approve_one(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    person_id: PersonId,
    heir_id: UUID,
) -> Response:
    """Approve what another officer registered."""
    person = queries.seen(session, person_id, officer)
    queries.require_registration(session, person.id, heir_id)
    session_id = _session_id(request)
    return _act(
        session,
        officer,
        person,
        lambda: approve_heir(session, heir_id, by=officer, session_id=session_id),
    )


@router.post("/heirs/{person_id}/refuse")
def refuse_one(
    request: Request, session: Transaction, officer: SignedInOfficer, person_id: PersonId,
    refused: Annotated[UUID, Form()], refuse_reason: Text = "",
) -> Response:  # fmt: skip
    """Refuse what another officer registered."""
    person = queries.seen(session, person_id, officer)
    queries.require_registration(session, person.id, refused)
    session_id = _session_id(request)

    def act() -> None:
        refuse_heir(session, refused, reason=refuse_reason, by=officer, session_id=session_id)

    return _act(session, officer, person, act, field="refuse_reason")


@router.post("/heirs/{person_id}/end")
def end_one(
    request: Request, session: Transaction, officer: SignedInOfficer, person_id: PersonId,
    ended: Annotated[UUID, Form()], end_reason: Text = "",
) -> Response:  # fmt: skip
    """End a registration."""
    person = queries.seen(session, person_id, officer)
    queries.require_registration(session, person.id, ended)
    session_id = _session_id(request)

    def act() -> None:
        end_heir(session, ended, reason=end_reason, by=officer, session_id=session_id)

    return _act(session, officer, person, act, field="end_reason")


def _act(
    session: Session, officer: Officer, person: Person, act: Callable[[], object], *,
    field: str = "", sent: dict[str, str] | None = None,
) -> Response:  # fmt: skip
    try:
        with session.begin_nested():
            act()
    except Problem as problem:
        if problem.status not in (409, 422):
            raise
        where = _FIELDS.get(problem.code, "") if sent is not None else field
        fault = Fault(problem.say(visit().language), where)
        return _page(session, officer, person, fault, sent, status=problem.status)
    return RedirectResponse(f"/heirs/{person.id}", status_code=303)


def _page(
    session: Session, officer: Officer, person: Person, fault: Fault | None = None,
    sent: dict[str, str] | None = None, *, status: int = 200,
) -> Response:  # fmt: skip
    return page(
        "batches/estate.html",
        status=status,
        view=view.estate_page(session, person, officer),
        faults=[fault] if fault else [],
        relations=words.options(words.RELATIONS),
        bases=words.options(words.BASES),
        sent=sent or {},
    )


def _session_id(request: Request) -> str:
    return str(request.state.officer_session.id)

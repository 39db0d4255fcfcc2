"""Estates for programs: the dead whose money waits, who receives it, and the acts of two officers."""

from collections.abc import Callable
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request
from pydantic import Field
from sqlalchemy.orm import Session
from starlette.responses import Response

from service.batches.api import Strict
from service.batches.heirs import estates, queries
from service.batches.heirs.told import EstateDetail, EstateList, detail, out
from service.batches.pages import session_id
from service.foundation.encryption import sealer
from service.foundation.problems import Problem
from service.officers.may import require
from service.officers.models import Officer
from service.officers.signed_in import SignedInOfficer
from service.residents.heirs import Claim, approve_heir, end_heir, refuse_heir, register_heir
from service.residents.heirs.problems import HeirNotFound
from service.residents.models import Person
from service.residents.record.search import by_number
from service.web.once import IdempotencyKey, once
from service.web.problem_pages import respond
from service.web.transactions import Transaction

router = APIRouter(prefix="/api/heirs", tags=["heirs"])
PersonId = Annotated[int, Path(ge=1, le=2**62)]
Text = Annotated[str, Field(max_length=500)]


class HeirIn(Strict):
    """Who receives, found by the whole ID number, what part, and on what ground."""

    number: str = Field(max_length=40, description="The heir's whole ID number; never sent back.")
    relation: Literal["spouse", "child", "parent", "sibling", "grandchild", "other"]
    share: str = Field(default="1/1", max_length=40, examples=["1/3"])
    basis: Literal["agreement", "notarised", "judgement", "funeral"]
    evidence: Text = Field(description="Number of the deed, judgement or agreement.")
    reason: Text


class Nothing(Strict):
    """An act that needs no more said."""


class WhyNot(Strict):
    """The reason that is kept."""

    reason: Text


@router.get("")
def list_estates(
    session: Transaction,
    officer: SignedInOfficer,
    after: Annotated[str, Query(max_length=40)] = "",
) -> EstateList:
    """The dead of the officer's places whose money waits, the longest wait first, 50 a page."""
    require(officer, "heirs.read")
    found, following = estates.page(session, officer, after=after)
    tails = queries.id_tails(session, [one.person.id for one in found])
    listed = [out(one, tails.get(one.person.id, "")) for one in found]
    return EstateList(estates=listed, next=following)


@router.get("/{person_id}")
def read_estate(
    session: Transaction, officer: SignedInOfficer, person_id: PersonId
) -> EstateDetail:
    """One of the dead: the lines that wait, and who is registered."""
    return detail(session, queries.seen(session, person_id, officer))


@router.post("/{person_id}/registrations", response_model=EstateDetail)
def register_one(
    request: Request, session: Transaction, officer: SignedInOfficer, person_id: PersonId,
    body: HeirIn, idempotency_key: IdempotencyKey = "",
) -> EstateDetail | Response:  # fmt: skip
    """Register an heir; nothing is paid before another officer approves.

    Problems: ``heir_not_found``, ``heir_stands``, ``shares_too_many``, ``share_unclear``.
    """
    person = queries.seen(session, person_id, officer)
    require(officer, "heirs.register")
    # Outside the act: a search is written down and counted, whatever becomes of the rest.
    found = by_number(session, body.number, by=officer, session_id=session_id(request))

    def act() -> None:
        if not found.hits:
            raise HeirNotFound
        claim = Claim(body.basis, body.relation, body.evidence, body.reason, body.share)
        heir = found.hits[0].person_id
        register_heir(session, person.id, heir, claim, by=officer, session_id=session_id(request))

    # What is kept to know the request again must not let anybody find the number by trying.
    blind = sealer().index(body.number, "heir in a request").hex()[:40]
    kept = body.model_copy(update={"number": blind})
    try:
        with session.begin_nested():
            return _once(request, session, officer, person, kept, idempotency_key, act)
    except Problem as problem:
        return respond(problem)


@router.post("/{person_id}/registrations/{heir_id}/approve")
def approve_one(
    request: Request, session: Transaction, officer: SignedInOfficer, person_id: PersonId,
    heir_id: UUID, body: Nothing, idempotency_key: IdempotencyKey = "",
) -> EstateDetail:  # fmt: skip
    """Approve what another officer registered."""
    person = _registered(session, officer, person_id, heir_id)

    def act() -> None:
        approve_heir(session, heir_id, by=officer, session_id=session_id(request))

    return _once(request, session, officer, person, body, idempotency_key, act)


@router.post("/{person_id}/registrations/{heir_id}/refuse")
def refuse_one(
    request: Request, session: Transaction, officer: SignedInOfficer, person_id: PersonId,
    heir_id: UUID, body: WhyNot, idempotency_key: IdempotencyKey = "",
) -> EstateDetail:  # fmt: skip
    """Refuse what another officer registered."""
    person = _registered(session, officer, person_id, heir_id)

    def act() -> None:
        said = body.reason
        refuse_heir(session, heir_id, reason=said, by=officer, session_id=session_id(request))

    return _once(request, session, officer, person, body, idempotency_key, act)


@router.post("/{person_id}/registrations/{heir_id}/end")
def end_one(
    request: Request, session: Transaction, officer: SignedInOfficer, person_id: PersonId,
    heir_id: UUID, body: WhyNot, idempotency_key: IdempotencyKey = "",
) -> EstateDetail:  # fmt: skip
    """End a registration; what is frozen or paid stays."""
    person = _registered(session, officer, person_id, heir_id)

    def act() -> None:
        said = body.reason
        end_heir(session, heir_id, reason=said, by=officer, session_id=session_id(request))

    return _once(request, session, officer, person, body, idempotency_key, act)


def _registered(session: Session, officer: Officer, person_id: int, heir_id: UUID) -> Person:
    person = queries.seen(session, person_id, officer)
    queries.require_registration(session, person.id, heir_id)
    return person


def _once(
    request: Request,
    session: Session,
    officer: Officer,
    person: Person,
    body: Strict,
    key: str,
    act: Callable[[], None],
) -> EstateDetail:
    def do() -> EstateDetail:
        act()
        return detail(session, person)

    return once(session, request, body, do, caller=officer.id, key=key, kind=EstateDetail)

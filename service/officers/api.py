"""Officers for programs: who holds what, requests, and their answers."""

from datetime import date
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from service.foundation.problems import NotFound
from service.officers import queries
from service.officers.holding import grant as granting
from service.officers.holding.grant import Wanted
from service.officers.holding.models import DutyGrant
from service.officers.holding.review import keep, review_list
from service.officers.holding.staff import leave
from service.officers.may import Matter, require
from service.officers.models import Officer
from service.officers.once_only import once_only
from service.officers.signed_in import SignedInOfficer
from service.web.transactions import Transaction

router = APIRouter(prefix="/api/officers", tags=["officers"])


class Strict(BaseModel):
    """What is not declared is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class GrantOut(Strict):
    """A duty of an officer; ``division`` is the leading digits of the place, "" the county."""

    id: UUID
    username: str
    duty: str
    state: str
    division: str
    programmes: list[str]
    departments: list[str]
    starts_on: date
    ends_on: date | None


class HeldOut(GrantOut):
    """A standing duty as the review list has it."""

    unused: bool
    conflicting: bool
    due: bool = Field(description="To be confirmed this quarter.")


class DutyIn(Strict):
    """A duty to ask for."""

    duty: str = Field(max_length=40)
    division: str = Field(default="", max_length=12)
    programmes: list[str] = Field(default=[], max_length=200)
    departments: list[str] = Field(default=[], max_length=50)
    starts_on: date | None = None
    ends_on: date | None = None
    reason: str = Field(max_length=500)


class WhyItEnds(Strict):
    """Why something ends."""

    reason: str = Field(max_length=500)


@router.get("")
def list_held(session: Transaction, officer: SignedInOfficer) -> list[HeldOut]:
    """The review list: every standing duty, what is due first."""
    require(officer, "officers.read")
    return [
        HeldOut(
            **_fields(one.grant, one.officer),
            unused=one.is_unused,
            conflicting=one.is_conflicting,
            due=one.is_due,
        )
        for one in review_list(session)
    ]


@router.post("/{username}/duties", status_code=201)
@once_only
def ask_duty(
    session: Transaction, officer: SignedInOfficer, username: str, asked: DutyIn
) -> GrantOut:
    """Ask that an officer gets a duty; another security administrator confirms."""
    require(officer, "duties.ask")
    found = found_by_name(session, username)
    wanted = Wanted(
        asked.duty,
        asked.division,
        asked.programmes,
        asked.departments,
        asked.starts_on,
        asked.ends_on,
    )
    grant = granting.ask(session, found, wanted, reason=asked.reason, by=officer)
    return GrantOut(**_fields(grant, found))


@router.post("/duties/{grant_id}/confirm")
@once_only
def confirm_duty(session: Transaction, officer: SignedInOfficer, grant_id: UUID) -> GrantOut:
    """Confirm what another asked for."""
    return _out(session, granting.confirm(session, grant_id, by=officer))


@router.post("/duties/{grant_id}/refuse")
@once_only
def refuse_duty(session: Transaction, officer: SignedInOfficer, grant_id: UUID) -> GrantOut:
    """Refuse a request, or take one's own back."""
    return _out(session, granting.refuse(session, grant_id, by=officer))


@router.post("/duties/{grant_id}/keep")
@once_only
def keep_duty(session: Transaction, officer: SignedInOfficer, grant_id: UUID) -> GrantOut:
    """Confirm that a duty is still needed this quarter."""
    return _out(session, keep(session, grant_id, by=officer))


@router.post("/duties/{grant_id}/end")
@once_only
def end_duty(
    session: Transaction, officer: SignedInOfficer, grant_id: UUID, why: WhyItEnds
) -> GrantOut:
    """End a duty at once."""
    return _out(session, granting.end(session, grant_id, reason=why.reason, by=officer))


@router.post("/{username}/leave", status_code=204)
@once_only
def end_access(
    session: Transaction, officer: SignedInOfficer, username: str, why: WhyItEnds
) -> None:
    """End an officer's access at once."""
    require(officer, "officers.manage")
    found = found_by_name(session, username)
    require(officer, "officers.manage", Matter(kind="officer", done_by=frozenset([found.id])))
    leave(session, found, reason=why.reason, by=officer.actor())


def require_about(officer: Officer, act: str, found: Officer | None = None) -> None:
    """Refuse an act about an officer, or about nobody yet; what concerns oneself is another's to do."""
    require(officer, act)
    if found is not None:
        require(officer, act, Matter(kind="officer", done_by=frozenset([found.id])))


def found_by_name(session: Session, username: str) -> Officer:
    """Return the officer of a user name; raises NotFound."""
    found = queries.by_username(session, username)
    if found is None:
        raise NotFound("officer")
    return found


def _out(session: Session, grant: DutyGrant) -> GrantOut:
    return GrantOut(**_fields(grant, session.get_one(Officer, grant.officer_id)))


def _fields(grant: DutyGrant, officer: Officer) -> dict[str, object]:
    names = ("id", "duty", "state", "division", "programmes", "departments", "starts_on", "ends_on")
    return {"username": officer.username, **{name: getattr(grant, name) for name in names}}

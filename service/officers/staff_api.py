"""Joining, moving and ended declarations for programs of the administrators."""

from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from service.foundation.encryption import sealer
from service.officers import interests
from service.officers.acting import Act, Declared
from service.officers.api import found_by_name, require_about
from service.officers.holding.staff import join, move
from service.officers.models import Officer, OfficerInterest

router = APIRouter(prefix="/api/officers", tags=["officers"])


class OfficerIn(Declared):
    """Who joins; the password is never sent back."""

    username: str = Field(max_length=40, examples=["lin.bianzhi"])
    name: str = Field(max_length=60, examples=["林编制"])
    organisation: str = Field(max_length=60, examples=["县民政局"])
    password: str = Field(max_length=1024)


class MoveIn(Declared):
    """To which office an officer moves, and why; every duty ends."""

    organisation: str = Field(max_length=60, examples=["县财政局"])
    reason: str = Field(max_length=500)


class DeclarationEnd(Declared):
    """Why a declared interest ends."""

    reason: str = Field(max_length=500)


class OfficerOut(Declared):
    """An officer."""

    id: UUID
    username: str
    name: str
    organisation: str
    duties: list[str]
    active: bool


class DeclarationOut(Declared):
    """A declared interest of an officer; the resident is a number."""

    id: UUID
    person: int
    relation: str = Field(examples=["parent"])
    ended: bool


@router.post("", status_code=201)
def add_officer(act: Act, body: OfficerIn) -> OfficerOut:
    """Let somebody join, who holds nothing yet.

    Problems: ``username_unusable``, ``username_taken``, ``officer_name_missing``, ``password_weak``.
    """
    require_about(act.officer, "officers.manage")

    def do() -> OfficerOut:
        joined = join(
            act.session, username=body.username.strip(), name=body.name,
            organisation=body.organisation, password=body.password, by=act.by,
        )  # fmt: skip
        return _out(joined)

    # What is kept to know the request again must not let anybody find the password by trying.
    blind = sealer().index(body.password, "password in a request").hex()
    return act.once(body.model_copy(update={"password": blind}), do, OfficerOut)


@router.post("/{username}/move")
def move_officer(act: Act, username: str, body: MoveIn) -> OfficerOut:
    """Let an officer belong to another office. Problems: ``grant_incomplete``, ``officer_gone``."""
    found = found_by_name(act.session, username)
    require_about(act.officer, "officers.manage", found)

    def do() -> OfficerOut:
        return _out(move(act.session, found, body.organisation, reason=body.reason, by=act.by))

    return act.once(body, do, OfficerOut)


@router.post("/{username}/interests/{interest_id}/end")
def end_interest(
    act: Act, username: str, interest_id: UUID, body: DeclarationEnd
) -> DeclarationOut:
    """End a declared interest of another officer; twice is no error. Problem: ``interest_end_reason_missing``."""
    found = found_by_name(act.session, username)
    require_about(act.officer, "interests.end", found)

    def do() -> DeclarationOut:
        one = interests.of_officer(act.session, found, interest_id)
        interests.end(act.session, one, reason=body.reason, by=act.by)
        return declaration(one)

    return act.once(body, do, DeclarationOut)


def declaration(one: OfficerInterest) -> DeclarationOut:
    """Return a declaration as programs read it."""
    return DeclarationOut(
        id=one.id, person=one.person_id, relation=one.relation, ended=one.ended_at is not None
    )


def _out(one: Officer) -> OfficerOut:
    names = ("id", "username", "name", "organisation", "duties", "active")
    return OfficerOut(**{name: getattr(one, name) for name in names})

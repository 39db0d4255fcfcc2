"""Pages of the security administrators: who holds what, requests to confirm, one officer."""

import re
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from service.foundation.problems import NotFound, Problem
from service.officers import interests, queries
from service.officers.holding import grant as granting
from service.officers.holding.grant import Wanted
from service.officers.holding.problems import GrantIncomplete
from service.officers.holding.review import keep
from service.officers.holding.staff import join, leave, move
from service.officers.may import Matter, require
from service.officers.models import Officer
from service.officers.organisations import only
from service.officers.signed_in import SignedInOfficer
from service.officers.staff_view import list_page, officer_page
from service.web import navigation
from service.web.language import translatable
from service.web.transactions import Transaction

router = APIRouter()
Text = Annotated[str, Form(max_length=1024)]

navigation.register(
    "officers", translatable("Officers and duties"), "/officers", act="officers.read"
)


@router.get("/officers")
def show_officers(session: Transaction, officer: SignedInOfficer) -> Response:
    """The review list: who holds what since when, and what waits for a second person."""
    require(officer, "officers.read")
    return list_page(session, officer)


@router.post("/officers")
def add_officer(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    username: Text = "",
    name: Text = "",
    organisation: Text = "",
    other_organisation: Text = "",
    password: Text = "",
) -> Response:
    """Let somebody join, who holds nothing yet."""
    require(officer, "officers.manage")
    try:
        with session.begin_nested():
            joined = join(
                session,
                username=username.strip(),
                name=name,
                organisation=only(organisation, other_organisation),
                password=password,
                by=officer.actor(_session_id(request)),
            )
    except Problem as problem:
        joining = {
            "username": username, "name": name,
            "organisation": organisation, "other_organisation": other_organisation,
        }  # fmt: skip
        return list_page(session, officer, problem, joining)
    return RedirectResponse(f"/officers/{joined.id}", status_code=303)


@router.get("/officers/{officer_id}")
def show_officer(session: Transaction, officer: SignedInOfficer, officer_id: UUID) -> Response:
    """One officer: duties held, had and asked for, and declared interests."""
    require(officer, "officers.read")
    return officer_page(session, officer, _found(session, officer_id))


class Asked(BaseModel):
    """The form that asks for a duty; codes are parted by spaces or commas."""

    duty: str = Field(default="", max_length=40)
    division: str = Field(default="", max_length=40)
    programmes: str = Field(default="", max_length=1024)
    departments: str = Field(default="", max_length=1024)
    starts_on: str = Field(default="", max_length=40)
    ends_on: str = Field(default="", max_length=40)
    reason: str = Field(default="", max_length=1024)

    def wanted(self) -> Wanted:
        """Return what is asked for; raises ``GrantIncomplete`` for a day that is none."""
        return Wanted(
            duty=self.duty,
            division=self.division.strip(),
            programmes=_codes(self.programmes),
            departments=_codes(self.departments),
            starts_on=_day(self.starts_on),
            ends_on=_day(self.ends_on),
        )


@router.post("/officers/{officer_id}/duties")
def ask_duty(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    officer_id: UUID,
    asked: Annotated[Asked, Form()],
) -> Response:
    """Ask that an officer gets a duty; another security administrator confirms."""
    found = _found(session, officer_id)
    require(officer, "duties.ask", _matter(found))
    try:
        with session.begin_nested():
            granting.ask(
                session,
                found,
                asked.wanted(),
                reason=asked.reason,
                by=officer,
                session_id=_session_id(request),
            )
    except Problem as problem:
        return officer_page(session, officer, found, problem, asked.model_dump())
    return RedirectResponse(f"/officers/{officer_id}", status_code=303)


_ACTS = {"confirm": granting.confirm, "refuse": granting.refuse, "keep": keep}


@router.post("/officers/duties/{grant_id}/{act}")
def decide_duty(
    request: Request, session: Transaction, officer: SignedInOfficer, grant_id: UUID, act: str
) -> Response:
    """Confirm or refuse a duty, or keep it for another quarter."""
    if act not in _ACTS:
        raise NotFound("page")
    try:
        with session.begin_nested():
            done = _ACTS[act](session, grant_id, by=officer, session_id=_session_id(request))
    except Problem as problem:
        if problem.status not in (409, 422):
            raise
        return list_page(session, officer, problem)
    return RedirectResponse(f"/officers/{done.officer_id}", status_code=303)


@router.post("/officers/{officer_id}/end")
def end_duty(
    request: Request, session: Transaction, officer: SignedInOfficer, officer_id: UUID,
    grant: Annotated[UUID, Form()], end_reason: Text = "",
) -> Response:  # fmt: skip
    """End a duty at once."""
    found = _found(session, officer_id)
    require(officer, "duties.end", _matter(found))
    try:
        with session.begin_nested():
            granting.end(
                session,
                grant,
                of=found,
                reason=end_reason,
                by=officer,
                session_id=_session_id(request),
            )
    except Problem as problem:
        return officer_page(session, officer, found, problem)
    return RedirectResponse(f"/officers/{officer_id}", status_code=303)


@router.post("/officers/{officer_id}/move")
def move_officer(
    request: Request, session: Transaction, officer: SignedInOfficer, officer_id: UUID,
    organisation: Text = "", other_organisation: Text = "", move_reason: Text = "",
) -> Response:  # fmt: skip
    """Let an officer belong to another office; every duty ends."""
    found = _found(session, officer_id)
    require(officer, "officers.manage", _matter(found))
    try:
        with session.begin_nested():
            move(
                session,
                found,
                only(organisation, other_organisation),
                reason=move_reason,
                by=officer.actor(_session_id(request)),
            )
    except Problem as problem:
        asked = {
            "organisation": organisation, "other_organisation": other_organisation,
            "move_reason": move_reason,
        }  # fmt: skip
        return officer_page(session, officer, found, problem, asked)
    return RedirectResponse(f"/officers/{officer_id}", status_code=303)


@router.post("/officers/{officer_id}/leave")
def end_access(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    officer_id: UUID,
    leave_reason: Text = "",
) -> Response:
    """End an officer's access at once."""
    found = _found(session, officer_id)
    require(officer, "officers.manage", _matter(found))
    try:
        with session.begin_nested():
            leave(session, found, reason=leave_reason, by=officer.actor(_session_id(request)))
    except Problem as problem:
        return officer_page(session, officer, found, problem)
    return RedirectResponse(f"/officers/{officer_id}", status_code=303)


@router.post("/officers/{officer_id}/interests")
def end_interest(
    request: Request, session: Transaction, officer: SignedInOfficer, officer_id: UUID,
    interest: Annotated[UUID, Form()], interest_reason: Text = "",
) -> Response:  # fmt: skip
    """End a declared interest of another officer."""
    found = _found(session, officer_id)
    require(officer, "interests.end", _matter(found))
    try:
        with session.begin_nested():
            interests.end(
                session,
                interests.of_officer(session, found, interest),
                reason=interest_reason,
                by=officer.actor(_session_id(request)),
            )
    except Problem as problem:
        return officer_page(session, officer, found, problem)
    return RedirectResponse(f"/officers/{officer_id}", status_code=303)


def _found(session: Session, officer_id: UUID) -> Officer:
    found = queries.by_id(session, officer_id)
    if found is None:
        raise NotFound("officer")
    return found


def _matter(found: Officer) -> Matter:
    # What concerns oneself is another's to do.
    return Matter(kind="officer", done_by=frozenset([found.id]))


def _codes(text: str) -> list[str]:
    return [one for one in re.split(r"[\s,，、]+", text) if one]


def _day(text: str) -> date | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise GrantIncomplete("Write a day like 2026-11-27.", "日期格式如 2026-11-27。") from None


def _session_id(request: Request) -> str:
    return str(request.state.officer_session.id)

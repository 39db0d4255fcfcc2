"""Who sends this request: dependencies for pages and for the API."""

from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.orm import Session

from service.foundation.problems import Problem
from service.officers import queries
from service.officers.may import acts_for
from service.officers.models import Officer
from service.officers.resume import resume
from service.web import cookies
from service.web.here import Viewer, visit
from service.web.transactions import Transaction


class NotSignedIn(Problem):
    """Nobody is signed in, or the session has ended."""

    code = "not_signed_in"
    status = 401
    title = "You are not signed in"

    def __init__(self) -> None:
        super().__init__(
            "You are not signed in, or were away too long; sign in and do it again.",
            "您尚未登录或已因长时间未操作而退出，请登录后重试。",
        )


def current_officer(request: Request, session: Transaction) -> Officer | None:
    """Return who is signed in, or None; lets the page be drawn for that officer."""
    token = cookies.read(request, cookies.SESSION)
    here = visit()
    found = resume(session, token, by_itself=bool(here.fragment)) if token else None
    if found is None:
        return None
    officer, signed_in = found
    request.state.officer_session = signed_in
    here.viewer = viewer_of(officer, str(signed_in.id))
    return officer


def viewer_of(officer: Officer, session_id: str = "") -> Viewer:
    """Return an officer as pages and the audit trail know one."""
    return Viewer(
        id=str(officer.id),
        name=officer.name,
        organisation=officer.organisation,
        duties=tuple(officer.duties),
        acts=acts_for(officer),
        session=session_id,
    )


def viewer_called(session: Session, username: str) -> Viewer | None:
    """Return the officer of that user name, for commands that are given in an officer's name."""
    officer = queries.by_username(session, username)
    return viewer_of(officer) if officer is not None and officer.active else None


def signed_in_officer(officer: Annotated[Officer | None, Depends(current_officer)]) -> Officer:
    """Return who is signed in; raises :class:`NotSignedIn`."""
    if officer is None:
        raise NotSignedIn
    return officer


SignedInOfficer = Annotated[Officer, Depends(signed_in_officer)]
"""Declare a parameter as ``officer: SignedInOfficer``."""

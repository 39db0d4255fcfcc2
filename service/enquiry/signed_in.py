"""Which resident sends a request: known by a cookie for a quarter of an hour."""

from sqlalchemy.orm import Session
from starlette.requests import Request

from service.enquiry.identify import living, person_of
from service.web import cookies

COOKIE = "anxin-resident"


def token(request: Request) -> str:
    """Return what the browser shows of its session, or nothing; whether it is one is not said."""
    return cookies.read(request, COOKIE) or ""


def person(request: Request, session: Session) -> int | None:
    """Return the person whose code was entered, or None."""
    shown = token(request)
    return person_of(session, shown) if shown else None


def is_unknown_here(request: Request, session: Session) -> bool:
    """Whether this is somebody whom the province let in and the county does not know."""
    shown = token(request)
    found = living(session, shown) if shown else None
    return found is not None and found.person_id is None

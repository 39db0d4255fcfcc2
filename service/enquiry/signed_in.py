"""Which resident sends a request: known by a cookie for a quarter of an hour."""

from sqlalchemy.orm import Session
from starlette.requests import Request

from service.enquiry.identify import living, person_of
from service.web import cookies

COOKIE = "anxin-resident"


def person(request: Request, session: Session) -> int | None:
    """Return the person whose code was entered, or None."""
    token = cookies.read(request, COOKIE)
    return person_of(session, token) if token else None


def is_unknown_here(request: Request, session: Session) -> bool:
    """Whether this is somebody whom the province let in and the county does not know."""
    token = cookies.read(request, COOKIE)
    found = living(session, token) if token else None
    return found is not None and found.person_id is None

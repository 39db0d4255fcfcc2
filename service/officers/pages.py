"""Sign in and out."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from service.foundation.problems import Problem
from service.officers.models import Officer
from service.officers.passwords import Busy
from service.officers.sign_in import SignInRefused, sign_in
from service.officers.sign_out import sign_out
from service.officers.signed_in import NotSignedIn, current_officer
from service.officers.throttle import TooManyAttempts
from service.web import cookies
from service.web.here import visit
from service.web.problem_pages import respond
from service.web.render import page
from service.web.transactions import Transaction, opener
from service.web.view_models import Fault

router = APIRouter()
Text = Annotated[str, Form(max_length=1024)]


@router.get("/login")
def show(
    officer: Annotated[Officer | None, Depends(current_officer)],
    next: str = "/",  # noqa: A002 - the word people see in the address
) -> Response:
    """Show the form, or go on when somebody is signed in already."""
    if officer is not None:
        return RedirectResponse(local(next), status_code=303)
    return _form("", local(next))


@router.post("/login")
def submit(
    request: Request,
    username: Text = "",
    password: Text = "",
    next: Text = "/",  # noqa: A002 - as above
) -> Response:
    """Check name and password and begin a session."""
    try:
        begun = sign_in(opener(request), username, password)
    except (SignInRefused, TooManyAttempts, Busy) as problem:
        return _form(username, local(next), problem)
    response = RedirectResponse(local(next), status_code=303)
    cookies.write(response, cookies.SESSION, begun.token, secure=visit().secure)
    return response


@router.post("/logout")
def leave(
    request: Request,
    session: Transaction,
    officer: Annotated[Officer | None, Depends(current_officer)],
) -> Response:
    """End the session; leaving twice is no error."""
    if officer is not None:
        sign_out(session, officer, request.state.officer_session)
    response = RedirectResponse("/login", status_code=303)
    cookies.clear(response, cookies.SESSION, secure=visit().secure)
    return response


async def on_not_signed_in(request: Request, problem: Exception) -> Response:
    """Lead people to the form and back again; tell programs and the page's script plainly."""
    assert isinstance(problem, NotSignedIn)  # noqa: S101 - registered for nothing else
    here = visit()
    if here.path.startswith("/api/") or here.fragment:
        return respond(problem)
    wanted = here.url_with() if request.method == "GET" else "/"
    query = f"?{urlencode({'next': wanted})}" if wanted != "/" else ""
    return RedirectResponse(f"/login{query}", status_code=303)


def local(address: str) -> str:
    """Return an address on this site, or the first page for anything that leads elsewhere."""
    plain = address.isascii() and address.isprintable() and "\\" not in address
    fits = address.startswith("/") and not address.startswith("//") and len(address) <= 512
    return address if plain and fits else "/"


def _form(username: str, wanted: str, problem: Problem | None = None) -> Response:
    faults = [Fault(problem.say(visit().language), field="username")] if problem else []
    status = problem.status if problem else 200
    response = page(
        "officers/sign_in.html", status=status, username=username, next=wanted, faults=faults
    )
    if isinstance(problem, TooManyAttempts):
        response.headers["retry-after"] = str(problem.retry_after_seconds)
    return response

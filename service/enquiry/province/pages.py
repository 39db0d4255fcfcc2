"""The way to the province and back.

Our cookies are not sent when another site leads here, and a form of ours may lead to nobody else's.
So the way there is a link, and the way back is a page that goes on by itself, which is ours again.
"""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from service.enquiry.province import flow as flows
from service.enquiry.province.arrive import Answer, arrive
from service.enquiry.province.configured import Province, province
from service.enquiry.province.problems import REFUSALS, ProvinceSilent
from service.enquiry.province.provider import provider_of
from service.enquiry.signed_in import COOKIE
from service.foundation.problems import NotFound, Problem
from service.web import cookies
from service.web.here import visit
from service.web.render import page
from service.web.transactions import opener

router = APIRouter()
_Short = Annotated[str, Query(max_length=512)]
_Code = Annotated[str, Query(max_length=4096)]


@router.get("/me/province")
def go() -> Response:
    """Lead to the province's sign-in; nothing is kept but a secret in this browser."""
    here = _here()
    try:
        provider = provider_of(here)
    except ProvinceSilent as problem:
        return RedirectResponse(f"/me?trouble={problem.code}", status_code=303)
    begun = flows.begin(visit().language)
    response = RedirectResponse(flows.address(begun, here, provider), status_code=303)
    flows.remember(response, begun, secure=visit().secure)
    return response


@router.get("/me/province/back")
def come_back(
    request: Request,
    state: _Short = "",
    code: _Code = "",
    iss: _Short = "",
    error: _Short = "",
) -> Response:
    """Let in whom the province names; whatever fails, the next page says what to do instead."""
    here, begun = _here(), flows.remembered(request)
    if begun is not None:
        visit().language = begun.language
    try:
        token = arrive(opener(request), here, begun, Answer(state, code, iss, error))
    except REFUSALS as problem:
        response = _go_on(f"/me?trouble={problem.code}", problem)
    else:
        response = _go_on("/me/payments")
        cookies.write(response, COOKIE, token, secure=visit().secure)
    flows.forget(response, secure=visit().secure)
    return response


@router.get("/me/province/left")
def show_left() -> Response:
    """Say that the session here has ended and the one at the province has not; lead to its end."""
    here = _here()
    try:
        end = provider_of(here).end_session
    except ProvinceSilent:
        end = ""
    if end:
        asked = {"client_id": here.client_id, "post_logout_redirect_uri": _first_page(here)}
        end += ("&" if "?" in end else "?") + urlencode(asked)
    return page("enquiry/province_left.html", end=end)


def _here() -> Province:
    found = province()
    if found is None:
        raise NotFound("page")
    return found


def _first_page(here: Province) -> str:
    return here.redirect_uri.removesuffix("/province/back")


def _go_on(address: str, problem: Problem | None = None) -> Response:
    sentence = problem.say(visit().language) if problem else ""
    response = page(
        "enquiry/province_back.html",
        status=problem.status if problem else 200,
        next=address,
        trouble=sentence,
    )
    # A redirect would still be the other site's doing, and our cookies would stay behind.
    response.headers["refresh"] = f"0; url={address}"
    if problem and problem.retry_after_seconds:
        response.headers["retry-after"] = str(problem.retry_after_seconds)
    return response

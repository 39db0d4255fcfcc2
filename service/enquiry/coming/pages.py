"""The page of what comes next."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from service.enquiry.coming.expect import Expected, coming
from service.enquiry.signed_in import person
from service.web.here import visit
from service.web.render import page
from service.web.transactions import Transaction

router = APIRouter()


@dataclass(frozen=True)
class Shown:
    """One programme in the reader's language; ``is_over`` when nothing more is expected of it."""

    name: str
    sentence: str
    holds: tuple[str, ...]
    is_over: bool


@router.get("/me/next")
def show_next(request: Request, session: Transaction) -> Response:
    """What is expected, when, and what would stop it."""
    person_id = person(request, session)
    if person_id is None:
        return RedirectResponse("/me", status_code=303)
    told = coming(session, person_id)
    return page(
        "enquiry/next.html",
        expected=[_shown(one) for one in told.expected],
        tail=told.account_tail,
    )


def _shown(one: Expected) -> Shown:
    is_over = one.amount_fen is None
    if visit().language == "zh":
        return Shown(one.name_zh, one.sentence_zh, one.holds_zh, is_over)
    return Shown(one.name, one.sentence, one.holds, is_over)

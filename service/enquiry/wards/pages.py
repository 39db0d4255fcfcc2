"""The pages of whoever may look for somebody else."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import RedirectResponse, Response

from service.enquiry import queries
from service.enquiry.answer import Line
from service.enquiry.signed_in import person
from service.enquiry.wards.find import wards_of
from service.enquiry.wards.read import ward_month
from service.enquiry.words import state_tag
from service.foundation import clock
from service.foundation.months import Month
from service.foundation.problems import NotFound
from service.web.filters import month_name
from service.web.here import visit
from service.web.render import page
from service.web.transactions import Transaction
from service.web.view_models import Tag

router = APIRouter()


@router.get("/me/others")
def show_wards(request: Request, session: Transaction) -> Response:
    """For whom somebody may look; nobody, for most."""
    person_id = person(request, session)
    if person_id is None:
        return RedirectResponse("/me", status_code=303)
    return page("enquiry/others.html", wards=wards_of(session, person_id))


@router.get("/me/others/{place}")
def show_ward(
    request: Request,
    session: Transaction,
    place: Annotated[int, Path(ge=1, le=99)],
    month: Annotated[str, Query(max_length=7)] = "",
) -> Response:
    """One ward's month: what goes to the reader's account, and what to the ward's."""
    person_id = person(request, session)
    if person_id is None:
        return RedirectResponse("/me", status_code=303)
    months = queries.months(session)
    if month and month not in months:
        raise NotFound("page")
    chosen = month or (months[0] if months else str(Month.of(clock.today())))
    told = ward_month(session, person_id, place, chosen)
    here = f"/me/others/{place}?month="
    return page(
        "enquiry/other.html",
        name=told.ward.name,
        key=told.ward.key,
        month=Month.parse(chosen),
        months=[(month_name(Month.parse(one)), f"{here}{one}", None) for one in months],
        here=f"{here}{chosen}",
        to_reader=[_shown(one) for one in told.to_reader],
        to_ward=[_shown(one) for one in told.to_ward],
    )


@dataclass(frozen=True)
class Shown:
    """A payment's name, its state, and where the money is; ``proof`` is its place, 0 for none."""

    name: str
    tag: Tag
    sentence: str
    code: str
    proof: int


def _shown(one: Line) -> Shown:
    if visit().language == "zh":
        name, sentence = one.name_zh, one.sentence_zh.replace("您的", "其")
    else:
        name, sentence = one.name, one.sentence.replace("your account", "the account")
    return Shown(name, state_tag(one.state), sentence, one.programme, one.proof)

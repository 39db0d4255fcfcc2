"""The page of organisations: offices, departments, townships and villages."""

from typing import Literal

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.responses import Response

from service.administration.organisations import gather, views
from service.officers.may import require
from service.officers.signed_in import SignedInOfficer
from service.residents.places.tree import tree
from service.web import navigation
from service.web.language import gettext, translatable
from service.web.render import page
from service.web.transactions import Transaction

router = APIRouter()
Of = Literal["offices", "departments", "townships"]
navigation.register(
    "organisations", translatable("Organisations"), "/organisations", act="organisations.read"
)


@router.get("/organisations")
def show_organisations(
    session: Transaction, officer: SignedInOfficer, of: Of = "offices"
) -> Response:
    """Every office, department or township with what belongs to it."""
    require(officer, "organisations.read")
    if of == "departments":
        table = views.departments_table(gather.departments(session))
    elif of == "townships":
        table = views.towns_table(gather.towns(session))
    else:
        table = views.offices_table(gather.offices(session), _places(session))
    return page(
        "administration/organisations.html",
        here=_address(of),
        tabs=[
            (gettext("Offices"), _address("offices"), None),
            (gettext("Departments"), _address("departments"), None),
            (gettext("Townships and villages"), _address("townships"), None),
        ],
        table=table,
    )


def _address(of: Of) -> str:
    return "/organisations" if of == "offices" else f"/organisations?of={of}"


def _places(session: Session) -> dict[str, str]:
    """Return {leading digits: name}, as offices have them, of every place that exists."""
    named = {}
    for county in tree(session):
        for town in county.below:
            named[town.code[:9]] = named[town.code] = town.name
            named |= {one.code: f"{town.name} {one.name}" for one in town.below}
    return named

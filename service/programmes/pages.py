"""The public guide: every programme, who receives it, how much, when, and under which law."""

from fastapi import APIRouter, Depends
from starlette.responses import Response

from service.foundation import clock
from service.foundation.months import Month
from service.officers.signed_in import current_officer
from service.programmes.guide import guide, listed
from service.web import navigation
from service.web.language import translatable
from service.web.render import page

# Nobody has to be signed in; who is, keeps the navigation.
router = APIRouter(dependencies=[Depends(current_officer)])

navigation.register("programmes", translatable("Programmes"), "/programmes", act="programmes.read")


@router.get("/programmes")
def show_programmes() -> Response:
    """Every programme by department."""
    return page("programmes/list.html", departments=listed())


@router.get("/programmes/{code}")
def show_programme(code: str) -> Response:
    """One programme's guide, with the figures in force this month."""
    month = Month.of(clock.today())
    return page("programmes/programme.html", view=guide(code, month), month=month)

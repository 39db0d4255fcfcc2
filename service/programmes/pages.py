"""The public guide: every programme, who receives it, how much, when, and under which law."""

from fastapi import APIRouter, Depends
from starlette.responses import Response

from service.foundation import clock
from service.foundation.months import Month
from service.officers.signed_in import current_officer
from service.programmes.guide import (
    InForce,
    guide,
    in_force,
    listed,
    programme_in,
    upgraded,
)
from service.programmes.overtaken import overtaken
from service.web import navigation
from service.web.here import visit
from service.web.language import gettext, translatable
from service.web.render import page
from service.web.transactions import Transaction

# Nobody has to be signed in; who is, keeps the navigation.
router = APIRouter(dependencies=[Depends(current_officer)])

navigation.register("programmes", translatable("Programmes"), "/programmes", act="programmes.read")


@router.get("/programmes")
def show_programmes(session: Transaction) -> Response:
    """Every programme by department."""
    kept = in_force(session, Month.of(clock.today()))
    return page("programmes/list.html", departments=listed(kept.rules), notices=_notices(kept))


@router.get("/programmes/{code}")
def show_programme(session: Transaction, code: str) -> Response:
    """One programme's guide, with the figures in force this month."""
    month = Month.of(clock.today())
    kept = in_force(session, month)
    notices = _notices(kept)
    viewer = visit().viewer
    if viewer is not None and viewer.may("rules.read"):
        notices += upgraded(programme_in(kept, code), overtaken(session, month))
    return page(
        "programmes/programme.html", view=guide(kept, code, month), month=month, notices=notices
    )


def _notices(kept: InForce) -> list[str]:
    if kept.is_whole:
        return []
    return [
        gettext(
            "Approved changes of the rules do not fit this version of the software; the figures here are those that were shipped, and nothing is decided until this is put right."
        )
    ]

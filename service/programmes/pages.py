"""The public guide: every programme, who receives it, how much, when, and under which law."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from service.foundation import clock
from service.foundation.months import Month
from service.officers.signed_in import current_officer
from service.programmes.guide.came import came_of
from service.programmes.guide.kept import in_force, programme_in, upgraded
from service.programmes.guide.list_view import guide_list
from service.programmes.guide.programme import guide
from service.programmes.guide.search import WORDS_MAX, Wanted
from service.programmes.overtaken import overtaken
from service.web import navigation
from service.web.here import visit
from service.web.language import translatable
from service.web.render import page
from service.web.transactions import Transaction

# Nobody has to be signed in; who is, keeps the navigation.
router = APIRouter(dependencies=[Depends(current_officer)])

navigation.register("programmes", translatable("Programmes"), "/programmes", act="programmes.read")

Key = Annotated[str, Query(max_length=20)]


@router.get("/programmes")
def show_programmes(
    session: Transaction,
    q: Annotated[str, Query(max_length=WORDS_MAX)] = "",
    whom: Key = "",
    department: Key = "",
    paid: Key = "",
    often: Key = "",
    number: Annotated[int, Query(alias="page", ge=1, le=1000)] = 1,
    every: Annotated[bool, Query(alias="all")] = False,
) -> Response:
    """Find a programme in words or by answering questions; everything is in the address."""
    month = Month.of(clock.today())
    kept = in_force(session, month)
    wanted = Wanted(q, whom, department, paid, often)
    view = guide_list(kept, month, wanted, page=number, all_of_them=every)
    return page("programmes/list.html", view=view, every=every, notices=kept.notices)


@router.get("/programmes/{code}")
def show_programme(session: Transaction, code: str) -> Response:
    """One programme's guide, with the figures in force this month."""
    month = Month.of(clock.today())
    kept = in_force(session, month)
    notices = kept.notices
    viewer = visit().viewer
    reads_rules = viewer is not None and viewer.may("rules.read")
    if reads_rules:
        notices = notices + upgraded(programme_in(kept, code), overtaken(session, month))
    return page(
        "programmes/programme.html",
        view=guide(kept, code, month),
        came=came_of(session, code),
        month=month,
        notices=notices,
        reads_rules=reads_rules,
    )

"""The public pages of villages: find one, its board, and the display in the village hall."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from service.enquiry.board.display import round_of
from service.enquiry.board.view import board, village_of
from service.foundation import clock
from service.residents.places.tree import Place, tree
from service.web.render import page
from service.web.transactions import Transaction

router = APIRouter()
Code = Annotated[str, Path(max_length=12)]
Choice = Annotated[str, Query(max_length=12)]
SECONDS_A_PART = 20
PARTS_MAX, TURNS = 999, 1000
"""Rounds are counted, so that what is long goes on where it stopped."""


@router.get("/village")
def find_village(session: Transaction, township: Choice = "") -> Response:
    """The townships, and the villages of the chosen one."""
    townships = [one for root in tree(session) for one in _townships(root)]
    chosen = next((one for one in townships if one.code == township), None)
    return page(
        "enquiry/villages.html",
        townships=townships,
        chosen=chosen,
        villages=chosen.below if chosen else _only(townships),
    )


@router.get("/village/{code}")
def show_board(session: Transaction, code: Code, month: Choice = "") -> Response:
    """One village: what came, what hangs, what nobody has to bring, and how to ask."""
    village = village_of(session, code)
    return page("enquiry/board.html", view=board(session, village, clock.today(), month))


@router.get("/village/{code}/screen")
def show_screen(
    session: Transaction,
    request: Request,
    code: Code,
    part: Annotated[int, Query(ge=1, le=PARTS_MAX)] = 1,
    turn: Annotated[int, Query(ge=0, lt=TURNS)] = 0,
) -> Response:
    """The same for the display in the hall: one leaf at a time, the next by itself."""
    village = village_of(session, code)
    today = clock.today()
    view = board(session, village, today)
    round_ = round_of(session, view, today, turn, address=f"{request.url.netloc}/me")
    # A list that ended meanwhile makes the round shorter; a hall is not shown a fault for it.
    at = min(part, len(round_))
    following = (at + 1, turn) if at < len(round_) else (1, (turn + 1) % TURNS)
    return page(
        "enquiry/screen.html",
        view=view,
        leaf=round_[at - 1],
        number=at,
        parts=len(round_),
        following=f"/village/{village.code}/screen?part={following[0]}&turn={following[1]}",
        seconds=SECONDS_A_PART,
        at=clock.now(),
    )


def _townships(root: Place) -> tuple[Place, ...]:
    # A register without its county's own row begins with the townships.
    return (root,) if root.level == "township" else root.below


def _only(townships: list[Place]) -> tuple[Place, ...]:
    return townships[0].below if len(townships) == 1 else ()

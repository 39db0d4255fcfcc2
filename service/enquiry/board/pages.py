"""The public pages of villages: find one, its board, and the display in the village hall."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from service.enquiry.board.view import board, village_of
from service.foundation import clock
from service.residents.places.tree import Place, tree
from service.web.render import page
from service.web.transactions import Transaction

router = APIRouter()
Code = Annotated[str, Path(max_length=12)]
Choice = Annotated[str, Query(max_length=12)]
PARTS = ("money", "months", "notices", "rights")
"""What the display in the hall shows, one after the other."""
SECONDS_A_PART = 20


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
    session: Transaction, code: Code, part: Annotated[int, Query(ge=1, le=len(PARTS))] = 1
) -> Response:
    """The same for the display in the hall: one part at a time, the next by itself."""
    village = village_of(session, code)
    answer = page(
        "enquiry/screen.html",
        view=board(session, village, clock.today()),
        part=PARTS[part - 1],
        number=part,
        parts=len(PARTS),
    )
    following = part % len(PARTS) + 1
    # The browser turns the page; there is no script to fail in a hall where nobody looks after it.
    answer.headers["refresh"] = (
        f"{SECONDS_A_PART}; url=/village/{village.code}/screen?part={following}"
    )
    return answer


def _townships(root: Place) -> tuple[Place, ...]:
    # A register without its county's own row begins with the townships.
    return (root,) if root.level == "township" else root.below


def _only(townships: list[Place]) -> tuple[Place, ...]:
    return townships[0].below if len(townships) == 1 else ()

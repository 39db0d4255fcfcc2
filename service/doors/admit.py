"""Ask at the door of every address, before its own code runs: deny by default.

What is asked here is duty, place and programme. The page or verb behind asks again, with state,
history and conflicts, and with the row locked; neither relies on the other. What changes anything
is asked about once more on the way out, just before it is kept.
"""

from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.orm import Session

from service.doors.door import Door
from service.doors.reads import SHOWS_A_PERSON, SHOWS_MANY
from service.doors.table import DOORS
from service.doors.things import require_thing
from service.foundation.problems import NotFound, Problem
from service.officers.may import may, require
from service.officers.models import Officer
from service.officers.reach import is_unlimited
from service.officers.signed_in import NotSignedIn, current_officer
from service.officers.still_standing import require_still, standing_of
from service.oversight.reading.record import many_shown, shown
from service.web.transactions import Transaction

_READING = ("GET", "HEAD")
"""Methods that keep nothing; the next of them finds the door shut."""


class DoorMissing(Problem):
    """An address that nobody wrote into the table of doors."""

    code = "door_missing"
    status = 403
    title = "Nobody may use this address"

    def __init__(self) -> None:
        super().__init__(
            "Nobody has written down who may use this address, so nobody may; tell the system administrator.",
            "该地址尚未登记使用权限，暂不可用，请联系系统管理员。",
        )


def admitted(
    request: Request,
    session: Transaction,
    officer: Annotated[Officer | None, Depends(current_officer)],
) -> Iterator[None]:
    """Let pass whom the door of this address lets pass, and keep only what is still his to do then.

    Raises DoorMissing, NotSignedIn, NotAllowed, NotFound for a thing that is not the officer's, and
    DutiesChanged when a duty, a place or the session was taken away meanwhile.
    """
    door = DOORS.get(name_of(request))
    if door is None:
        raise DoorMissing
    if door.is_open:
        yield
        return
    if officer is None:
        raise NotSignedIn
    let_in = standing_of(officer, request.state.officer_session)
    try:
        pass_through(session, officer, door, request.path_params)
    except Problem:
        if door.is_hidden:
            raise NotFound("page") from None
        raise
    yield
    if request.method not in _READING:
        require_still(session, let_in)
    _record_reading(request, session, officer)


def _record_reading(request: Request, session: Session, officer: Officer) -> None:
    """Record whom the address showed, in the transaction that showed it."""
    address, path = name_of(request), request.path_params
    by = officer.actor(str(request.state.officer_session.id))
    whom = SHOWS_A_PERSON.get(address)
    if whom is not None:
        shown(session, whom, path, by=by, address=address)
    act = SHOWS_MANY.get(address)
    if act is not None:
        query = request.url.query
        many_shown(session, act, path, by=by, address=address, query=query)


async def admitted_unasked(request: Request) -> None:
    """Let everybody pass where the door says so; raises DoorMissing."""
    door = DOORS.get(name_of(request))
    if door is None or not door.is_open:
        raise DoorMissing


def name_of(request: Request) -> str:
    """Return what an address is called in the table of doors, such as ``GET /months/{month}``."""
    method = "GET" if request.method == "HEAD" else request.method
    return f"{method} {request.scope['route'].path}"


def pass_through(session: Session, officer: Officer, door: Door, path: dict[str, str]) -> None:
    """Refuse an officer whom a door does not let pass to what the path names.

    Raises NotAllowed, NotFound.
    """
    for act in door.acts:
        _require(session, officer, act, path)
    if door.one_of:
        held = [act for act in door.one_of if may(officer, act)] or [door.one_of[0]]
        refusals = [refusal for act in held if (refusal := _refusal(session, officer, act, path))]
        if len(refusals) == len(held):
            raise refusals[0]


def _require(session: Session, officer: Officer, act: str, path: dict[str, str]) -> None:
    require(officer, act)
    if not is_unlimited(officer, act):
        require_thing(session, officer, act, path)


def _refusal(session: Session, officer: Officer, act: str, path: dict[str, str]) -> Problem | None:
    try:
        _require(session, officer, act, path)
    except Problem as refusal:
        return refusal
    return None

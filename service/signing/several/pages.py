"""Pages of several lists: what would be done to each, then what became of each."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from service.batches.release import ReasonMissing
from service.foundation import clock, ids
from service.foundation.problems import NotFound
from service.officers.may import require
from service.officers.models import Officer
from service.officers.signed_in import SignedInOfficer
from service.signing.several.api import NEEDS, ListSeen, SeveralDecided, SeveralOutcome, decided
from service.signing.several.look import LISTS_MAX, SeveralAct, look
from service.signing.several.view import done_page, look_page
from service.web.here import visit
from service.web.models import KeptAnswer
from service.web.render import page
from service.web.transactions import Transaction
from service.web.view_models import Fault

router = APIRouter()
REASON_MAX = 500
Number = Annotated[str, Query(max_length=40)]
Shown = Annotated[str, Form(max_length=110)]


@router.get("/several-lists")
def show_lists(
    session: Transaction,
    officer: SignedInOfficer,
    act: SeveralAct,
    batch: Annotated[list[Number], Query(max_length=LISTS_MAX)] = [],  # noqa: B006 - read only
) -> Response:
    """What the act would do to each chosen list, before anything is done."""
    require(officer, "batches.read")
    require(officer, NEEDS[act])
    return _look(session, officer, act, batch)


@router.post("/several-lists")
def decide_lists(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    act: Annotated[SeveralAct, Form()],
    key: Annotated[UUID, Form()],
    batch: Annotated[list[Shown], Form(max_length=LISTS_MAX)],
    reason: Annotated[str, Form(max_length=REASON_MAX)] = "",
) -> Response:
    """Do it to each list as it was shown; a list and its mark come as one value."""
    require(officer, NEEDS[act])
    pairs = [one.partition(" ") for one in batch]
    seen = [ListSeen(batch_no=number[:40], seen=mark[:64]) for number, _, mark in pairs]
    body = SeveralDecided(act=act, reason=reason, batches=seen)
    try:
        decided(request, session, officer, body, str(key))
    except ReasonMissing as missing:
        numbers = [one.batch_no for one in seen]
        return _look(session, officer, act, numbers, missing)
    return RedirectResponse(f"/several-lists/{key}", status_code=303)


@router.get("/several-lists/{key}")
def show_outcome(session: Transaction, officer: SignedInOfficer, key: UUID) -> Response:
    """What became of each list, as long as it is asked for by whoever decided."""
    require(officer, "batches.read")
    kept = session.get(KeptAnswer, (officer.id, str(key)))
    if kept is None or "lists" not in kept.answer:
        raise NotFound
    outcome = SeveralOutcome.model_validate(kept.answer)
    return page("signing/several_done.html", view=done_page(session, outcome, officer))


def _look(
    session: Session,
    officer: Officer,
    act: SeveralAct,
    numbers: list[str],
    missing: ReasonMissing | None = None,
) -> Response:
    faults = [Fault(missing.say(visit().language), field="reason")] if missing else []
    return page(
        "signing/several.html",
        status=missing.status if missing else 200,
        view=look_page(
            session, act, look(session, officer, act, numbers, on=clock.today()), officer
        ),
        key=str(ids.uuid7()),
        faults=faults,
        reason_error=faults[0].sentence if faults else "",
        reason_max=REASON_MAX,
    )

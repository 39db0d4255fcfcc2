"""Signing off for programs: the steps, and taking, returning and recalling them, each at most once."""

from collections.abc import Callable
from datetime import date
from typing import Literal

from fastapi import APIRouter, Request
from pydantic import Field
from sqlalchemy.orm import Session
from starlette.responses import Response

from service.approvals.conflicts import alarm
from service.approvals.decide import approve, send_back
from service.approvals.problems import ConflictOfInterest
from service.approvals.progress import progress_of
from service.approvals.recall import recall
from service.batches import queries
from service.batches.about import require_seen
from service.batches.api import BatchDetail, Seen, Strict, detail
from service.batches.models import Batch
from service.batches.pages import session_id
from service.batches.seen import require_unchanged
from service.foundation import clock
from service.foundation.problems import NotFound
from service.officers.may import require
from service.officers.models import Officer
from service.officers.queries import by_username
from service.officers.signed_in import SignedInOfficer
from service.web.once import IdempotencyKey, once
from service.web.problem_pages import respond
from service.web.transactions import Transaction

router = APIRouter(prefix="/api/batches", tags=["batches"])


class Approval(Seen):
    """An approval; ``acting_for`` is the user name of the absent colleague whose step it is."""

    acting_for: str = Field(default="", max_length=40)


class Recall(Seen):
    """Calling a batch back, with the reason that is kept."""

    reason: str = Field(max_length=500)


class Return(Recall):
    """A return; ``to_step`` is the code of an earlier step, or "" for the maker."""

    to_step: str = Field(default="", max_length=30)


class StepOut(Strict):
    """One step of the batch's chain; ``due_on`` and ``may_act`` are of what is next."""

    position: int
    code: str
    division: str
    kind: Literal["approve", "sign"]
    duty: str
    state: Literal["done", "now", "later"]
    needed: int
    given: int
    due_on: date | None
    late: bool
    may_act: list[str] = Field(description="User names.")


class StepList(Strict):
    """A batch's chain, in order; empty while its maker has the list."""

    batch_no: str
    round: int
    steps: list[StepOut]


@router.get("/{batch_no}/steps")
def read_steps(session: Transaction, officer: SignedInOfficer, batch_no: str) -> StepList:
    """The steps of a batch: taken, next with its deadline, later."""
    require(officer, "approvals.read")
    batch = queries.by_no(session, batch_no)
    require_seen(session, officer, batch, "approvals.read")
    steps = [
        StepOut(
            position=one.step.position,
            code=one.step.code,
            division=one.step.division,
            kind="sign" if one.step.kind == "sign" else "approve",
            duty=one.step.duty,
            state=one.state,
            needed=one.step.needed,
            given=one.given,
            due_on=one.due_on,
            late=one.late,
            may_act=[who.username for who in one.may_act],
        )
        for one in progress_of(session, batch, on=clock.today())
    ]
    return StepList(batch_no=batch.batch_no, round=batch.round, steps=steps)


@router.post("/{batch_no}/approve", response_model=BatchDetail)
def approve_batch(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    batch_no: str,
    body: Approval,
    idempotency_key: IdempotencyKey = "",
) -> BatchDetail | Response:
    """Take the next step of a submitted batch; the last one approves its payment."""
    require(officer, "approvals.decide")

    def do(batch: Batch) -> None:
        absent = by_username(session, body.acting_for) if body.acting_for else None
        if body.acting_for and absent is None:
            raise NotFound("officer")
        approve(
            session,
            batch,
            by=officer,
            on=clock.today(),
            session_id=session_id(request),
            acting_for=absent,
        )

    return _once(request, session, officer, batch_no, body, idempotency_key, do)


@router.post("/{batch_no}/return", response_model=BatchDetail)
def return_batch(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    batch_no: str,
    body: Return,
    idempotency_key: IdempotencyKey = "",
) -> BatchDetail | Response:
    """Return a batch to its maker or to an earlier step, by whoever decides next."""
    require(officer, "batches.read")

    def do(batch: Batch) -> None:
        send_back(
            session,
            batch,
            by=officer,
            reason=body.reason,
            on=clock.today(),
            session_id=session_id(request),
            to_step=body.to_step,
        )

    return _once(request, session, officer, batch_no, body, idempotency_key, do)


@router.post("/{batch_no}/recall", response_model=BatchDetail)
def recall_batch(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    batch_no: str,
    body: Recall,
    idempotency_key: IdempotencyKey = "",
) -> BatchDetail | Response:
    """Call a batch back, by its maker or whoever acted last, before a file is handed over."""
    require(officer, "batches.read")

    def do(batch: Batch) -> None:
        recall(
            session,
            batch,
            by=officer,
            reason=body.reason,
            on=clock.today(),
            session_id=session_id(request),
        )

    return _once(request, session, officer, batch_no, body, idempotency_key, do)


def _once(
    request: Request,
    session: Session,
    officer: Officer,
    batch_no: str,
    body: Seen,
    key: str,
    do: Callable[[Batch], None],
) -> BatchDetail | Response:
    """Do an act under the batch's lock; who has to keep out is refused, and the auditor hears of it."""

    def act() -> BatchDetail:
        batch = queries.locked_by_no(session, batch_no)
        require_seen(session, officer, batch)
        require_unchanged(session, batch, body.seen)
        do(batch)
        return detail(session, batch, officer)

    try:
        with session.begin_nested():
            return once(session, request, body, act, caller=officer.id, key=key, kind=BatchDetail)
    except ConflictOfInterest as problem:
        batch = queries.locked_by_no(session, batch_no)
        alarm(session, batch, officer, session_id(request))
        return respond(problem)

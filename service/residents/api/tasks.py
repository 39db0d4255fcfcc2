"""Questions for programs: which stand, what was answered, and opening one again."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field

from service.officers.acting import Act, Declared
from service.officers.may import require
from service.officers.reach import places
from service.officers.signed_in import SignedInOfficer
from service.residents import queries
from service.residents.models import ReviewTask
from service.residents.pages.tasks import REASON_MAX, task_seen
from service.residents.tasks.answer import answer, reopen
from service.web.transactions import Transaction

router = APIRouter(prefix="/api/tasks", tags=["tasks"])
Reason = Annotated[str, Field(max_length=REASON_MAX, examples=["经核实，出生日期以户籍为准"])]


class TaskAnswer(Declared):
    """What the department answered."""

    outcome: str = Field(max_length=40, examples=["stands"], description="stands, will_correct or explained; of an upheld objection put_right or nothing_due.")  # fmt: skip
    reason: Reason


class TaskReopened(Declared):
    """Why an answered question is asked again."""

    reason: Reason


class TaskOut(Declared):
    """A question to a department; nobody is named in it."""

    id: UUID
    kind: str = Field(examples=["birth_differs"])
    feed: str
    other_feed: str
    state: str
    due_on: date
    outcome: str


@router.get("")
def list_tasks(
    session: Transaction,
    officer: SignedInOfficer,
    state: Literal["open", "answered", "settled"] = "open",
    kind: Annotated[str, Query(max_length=60)] = "",
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> list[TaskOut]:
    """The questions of the officer's places, the earliest deadline first, a page of them."""
    require(officer, "tasks.read")
    where = places(officer, "tasks.read")
    found, _ = queries.tasks(session, feeds=[], kind=kind, state=state, places=where, page=page)
    return [_out(one) for one in found]


@router.post("/{task_id}/answer")
def answer_task(act: Act, task_id: UUID, body: TaskAnswer) -> TaskOut:
    """Write down what the department answered. Problems: ``answer_incomplete``, ``illegal_move``."""
    task_seen(act.session, act.officer, task_id, "tasks.answer")

    def do() -> TaskOut:
        done = answer(act.session, task_id, by=act.by, outcome=body.outcome, reason=body.reason)
        return _out(done)

    return act.once(body, do, TaskOut)


@router.post("/{task_id}/reopen")
def reopen_task(act: Act, task_id: UUID, body: TaskReopened) -> TaskOut:
    """Ask an answered question again. Problems: ``answer_incomplete``, ``asked_again``, ``illegal_move``."""
    task_seen(act.session, act.officer, task_id, "tasks.answer")

    def do() -> TaskOut:
        return _out(reopen(act.session, task_id, by=act.by, reason=body.reason))

    return act.once(body, do, TaskOut)


def _out(one: ReviewTask) -> TaskOut:
    return TaskOut(
        id=one.id,
        kind=one.kind,
        feed=one.feed,
        other_feed=one.other_feed or "",
        state=one.state,
        due_on=one.due_on,
        outcome=one.outcome or "",
    )

"""Answer a task, or take an answer back: the department decides, the trail keeps why."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.audit.moves import move
from service.foundation import clock
from service.foundation.problems import NotFound, Problem
from service.residents.models import ReviewTask
from service.residents.requests.queries import keep_answer
from service.residents.tasks import definitions, redress

REASON_CHARS_MAX = 500
DAYS_TO_ANSWER_AGAIN = 15
PROMISE = "will_correct"
OUTCOMES: Mapping[str, tuple[str, str]] = {
    "stands": (
        "经核实，本部门数据无误。",
        "Our data are right; the other department is wrong.",
    ),
    PROMISE: (
        "本部门数据有误，将在期限内更正报送。",
        "Our data are wrong and will be corrected.",
    ),
    "explained": (
        "两边数据均属实，不构成矛盾。",
        "Both are right; it is no contradiction.",
    ),
}
"""Outcome → what it means in Chinese and English. A promise that is not kept is asked again."""


def outcomes_of(kind: str) -> Mapping[str, tuple[str, str]]:
    """Return the answers to a kind of question."""
    return redress.OUTCOMES if kind == redress.KIND else OUTCOMES


class AnswerIncomplete(Problem):
    """The answer has no known outcome or no reason."""

    code = "answer_incomplete"
    status = 422
    title = "The answer says too little"

    def __init__(self, kind: str = "") -> None:
        known = ", ".join(outcomes_of(kind))
        super().__init__(
            f"An answer needs one of the outcomes {known} and a reason of at most "
            f"{REASON_CHARS_MAX} characters.",
            f"答复须选择结论（{known}）并写明理由（不超过{REASON_CHARS_MAX}字）。",
        )


class AskedAgain(Problem):
    """The same question is open again already, on newer data."""

    code = "asked_again"
    status = 409
    title = "The question is open again already"

    def __init__(self) -> None:
        super().__init__(
            "Newer data raised the same question, and that task is open; answer it instead.",
            "较新的数据已再次提出同一问题并生成待办，请直接处理该待办。",
        )


def answer(session: Session, task_id: UUID, *, by: Actor, outcome: str, reason: str) -> ReviewTask:
    """Answer an open task; raises NotFound, :class:`AnswerIncomplete`, IllegalMove.

    The same records raise the same question no more; other records do.
    """
    task = _locked(session, task_id)
    said = _reason(task, reason)
    if outcome not in outcomes_of(task.kind):
        raise AnswerIncomplete(task.kind)
    move(session, task, "answered", by=by, reason=said, details={"outcome": outcome})
    task.closed_at, task.closed_by, task.outcome = clock.now(), by.id, outcome
    keep_answer(session, task.id, said)
    session.flush()
    return task


def reopen(session: Session, task_id: UUID, *, by: Actor, reason: str) -> ReviewTask:
    """Take an answer back; the department has its days again. The trail keeps the old answer.

    Raises NotFound, :class:`AnswerIncomplete` without a reason, :class:`AskedAgain`, IllegalMove.
    """
    task = _locked(session, task_id)
    said = _reason(task, reason)
    again = select(ReviewTask.id).where(
        ReviewTask.kind == task.kind,
        ReviewTask.subject_key == task.subject_key,
        ReviewTask.state == "open",
        ReviewTask.id != task.id,
    )
    if session.scalar(again) is not None:
        raise AskedAgain
    put_back(session, task, by=by, reason=said)
    return task


def put_back(session: Session, task: ReviewTask, *, by: Actor, reason: str) -> None:
    """Move an answered task to open with a deadline counted from today."""
    check = definitions.every().get(task.kind)
    days = check.days if check is not None else DAYS_TO_ANSWER_AGAIN
    move(session, task, "open", by=by, reason=reason)
    task.closed_at = task.closed_by = task.outcome = None
    keep_answer(session, task.id, None)
    task.due_on = clock.today() + timedelta(days=days)
    session.flush()


def _locked(session: Session, task_id: UUID) -> ReviewTask:
    task = session.get(ReviewTask, task_id, with_for_update=True)
    if task is None:
        raise NotFound("task")
    return task


def _reason(task: ReviewTask, reason: str) -> str:
    said = reason.strip()
    if not 0 < len(said) <= REASON_CHARS_MAX:
        raise AnswerIncomplete(task.kind)
    return said

"""Readings of requests: a resident's own, and the words of one for who answers its task."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service.foundation.encryption import sealer
from service.residents.identity.canonical import aliases, canonical
from service.residents.models import ResidentRequest, ReviewTask

SHOWN_MAX = 100


@dataclass(frozen=True)
class Request:
    """A request with what became of it; ``answer`` is the officer's own words, "" until then."""

    number: str
    programme: str
    month: str
    about: str
    wrong: str
    """What is kept of a fact beside its code; :func:`~.words.said` says it."""
    right: str
    person_id: int
    acted_by: int | None
    acted_as: str
    asked_at: datetime
    due_on: date
    state: str
    """open, answered or settled."""
    outcome: str
    answer: str
    answered_at: datetime | None


def of_person(session: Session, person_id: int, wards: Collection[int] = ()) -> list[Request]:
    """Return requests in a resident's name, and those sent for one of ``wards``, the newest first.

    ``wards`` are canonical numbers of today: who looks after somebody no more reads no more.
    """
    own = aliases(session, person_id)
    rows = session.execute(
        select(ResidentRequest, ReviewTask)
        .join(ReviewTask, ReviewTask.id == ResidentRequest.task_id)
        .where(ResidentRequest.person_id.in_(own) | ResidentRequest.acted_by.in_(own))
        .order_by(ResidentRequest.number.desc())
        .limit(SHOWN_MAX)
    )
    return [
        _told(one, task)
        for one, task in rows
        if one.person_id in own or canonical(session, one.person_id) in wards
    ]


def of_task(session: Session, task: ReviewTask) -> Request | None:
    """Return the request that a task was opened for, or None for other tasks."""
    found = session.scalar(select(ResidentRequest).where(ResidentRequest.task_id == task.id))
    return _told(found, task) if found is not None else None


def keep_answer(session: Session, task_id: UUID, answer: str | None) -> None:
    """Let the resident read an answer, or no answer any more while the task is open again."""
    session.execute(
        update(ResidentRequest).where(ResidentRequest.task_id == task_id).values(answer=answer)
    )


def _told(one: ResidentRequest, task: ReviewTask) -> Request:
    opened = sealer().open
    return Request(
        number=one.request_no,
        programme=one.programme,
        month=one.month,
        about=one.about,
        wrong=opened(one.wrong_sealed, f"resident_requests:wrong:{one.id}")
        if one.wrong_sealed
        else "",
        right=opened(one.right_sealed, f"resident_requests:right:{one.id}"),
        person_id=one.person_id,
        acted_by=one.acted_by,
        acted_as=one.acted_as or "",
        asked_at=one.asked_at,
        due_on=task.due_on,
        state=task.state,
        outcome=task.outcome or "",
        answer=one.answer or "",
        answered_at=task.closed_at,
    )

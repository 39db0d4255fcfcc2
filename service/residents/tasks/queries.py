"""Every reading of review tasks: lists for people, and how many wait at each department."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from service.foundation import clock
from service.residents.models import Person, ReviewTask

TASKS_PER_PAGE = 50


@dataclass(frozen=True)
class Waiting:
    """What waits for one feed's department."""

    feed: str
    open: int
    overdue: int
    """Of those open, how many are past their day."""
    since: datetime
    """When the oldest was opened."""


def tasks(
    session: Session,
    *,
    feed: str = "",
    kind: str = "",
    state: str = "open",
    person_id: int | None = None,
    overdue: bool = False,
    division: str = "",
    page: int = 1,
) -> list[ReviewTask]:
    """Return one page of tasks, the earliest deadline first; ``state`` empty means every state."""
    found = select(ReviewTask).where(*_conditions(feed, kind, state, person_id, overdue, division))
    order = found.order_by(ReviewTask.due_on, ReviewTask.opened_at, ReviewTask.id)
    return list(session.scalars(order.offset((page - 1) * TASKS_PER_PAGE).limit(TASKS_PER_PAGE)))


def count(
    session: Session,
    *,
    feed: str = "",
    kind: str = "",
    state: str = "open",
    person_id: int | None = None,
    overdue: bool = False,
    division: str = "",
) -> int:
    """Return how many tasks there are, asked for like :func:`tasks`."""
    conditions = _conditions(feed, kind, state, person_id, overdue, division)
    return session.scalar(select(func.count()).select_from(ReviewTask).where(*conditions)) or 0


def task(session: Session, task_id: UUID) -> ReviewTask | None:
    """Return one task."""
    return session.get(ReviewTask, task_id)


def waiting(session: Session) -> list[Waiting]:
    """Return what waits at each department, the most overdue first."""
    late = func.count().filter(ReviewTask.due_on < clock.today())
    rows = session.execute(
        select(ReviewTask.feed, func.count(), late, func.min(ReviewTask.opened_at))
        .where(ReviewTask.state == "open")
        .group_by(ReviewTask.feed)
        .order_by(late.desc(), func.min(ReviewTask.opened_at), ReviewTask.feed)
    )
    return [Waiting(feed, total, overdue, since) for feed, total, overdue, since in rows]


def _conditions(
    feed: str, kind: str, state: str, person_id: int | None, overdue: bool, division: str
) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if feed:
        found.append(ReviewTask.feed == feed)
    if kind:
        found.append(ReviewTask.kind == kind)
    if state:
        found.append(ReviewTask.state == state)
    if person_id is not None:
        found.append(ReviewTask.person_id == person_id)
    if overdue:
        found += [ReviewTask.state == "open", ReviewTask.due_on < clock.today()]
    if division:
        there = select(Person.id).where(Person.division.startswith(division, autoescape=True))
        found.append(ReviewTask.person_id.in_(there))
    return found

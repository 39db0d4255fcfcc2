"""Questions about identity: opened once, noted on, answered by an officer or settled by the data."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM, Actor
from service.audit.moves import event_for, move
from service.audit.record import record
from service.foundation import clock, ids
from service.residents.models import ReviewTask

REGISTER = "GA_HUKOU"
"""The feed whose department answers: public security."""
_DAYS = 10


def ask(
    session: Session, kind: str, subject_key: str, *, person_id: int, details: dict[str, Any]
) -> ReviewTask:
    """Open a question unless it is open already; return the open one.

    ``details`` are ids, codes and periods only.
    """
    task_id = session.scalar(
        insert(ReviewTask)
        .values(
            id=ids.uuid7(),
            state="open",
            kind=kind,
            subject_key=subject_key,
            person_id=person_id,
            feed=REGISTER,
            details=details,
            opened_at=clock.now(),
            due_on=clock.today() + timedelta(days=_DAYS),
        )
        .on_conflict_do_nothing(
            index_elements=["kind", "subject_key"], index_where=text("state = 'open'")
        )
        .returning(ReviewTask.id)
    )
    if task_id is not None:
        record(
            session,
            event_for("review_tasks", kind, "", "open"),
            by=SYSTEM,
            on=("review_tasks", task_id),
            after="open",
            details={"kind": kind},
        )
    task = asked(session, kind, subject_key)
    if task is None:
        raise LookupError("a question that was just asked is open")
    return task


def asked(session: Session, kind: str, subject_key: str) -> ReviewTask | None:
    """Return an open question under its row's lock, or None."""
    return session.scalar(
        select(ReviewTask)
        .where(
            ReviewTask.kind == kind,
            ReviewTask.subject_key == subject_key,
            ReviewTask.state == "open",
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def note(task: ReviewTask, name: str, entry: dict[str, Any]) -> None:
    """Add what came in to a question's details, once."""
    known = task.details.get(name, [])
    if entry not in known:
        task.details = {**task.details, name: [*known, entry]}


def close(
    session: Session, kind: str, subject_key: str, *, to: str, by: Actor = SYSTEM, outcome: str = ""
) -> None:
    """Move an open question to ``answered`` or ``settled``; one that is not open stays as it is."""
    task = asked(session, kind, subject_key)
    if task is None:
        return
    task.closed_at, task.closed_by, task.outcome = clock.now(), by.id, outcome or None
    move(session, task, to, by=by, reason=outcome)

"""What an upheld objection asks of an office: let the data say what is right, so that the next run pays it.

The task has the objection's own id, so that one leads to the other and there is one for each.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.audit.moves import move
from service.foundation import clock
from service.residents import feeds
from service.residents.models import ReviewTask

KIND = "objection_upheld"
"""The kind of its tasks; no look at the data opens or settles one."""
DAYS = 15
OUTCOMES: Mapping[str, tuple[str, str]] = {
    "put_right": (
        "已更正：数据已改对，下次核定时按此计算，少发的补发。",
        "Put right: the data are corrected; the next run reckons with them and pays what was too little.",
    ),
    "nothing_due": (
        "已办结：金额没有变化，不需要补发。",
        "Done: the amount stays as it was, and nothing more is to be paid.",
    ),
}


@dataclass(frozen=True)
class Upheld:
    """What was objected to with success; ``person_id`` is nobody for a whole list."""

    objection_id: UUID
    objection_no: str
    programme: str
    month: str
    person_id: int | None
    feed: str
    """A feed of the department that pays the programme, whose people put it right."""


def open_redress(session: Session, upheld: Upheld, *, by: Actor) -> ReviewTask:
    """Open the office's task, due within :data:`DAYS` days."""
    task = ReviewTask(
        id=upheld.objection_id,
        kind=KIND,
        subject_key=f"o{upheld.objection_id}",
        person_id=upheld.person_id,
        feed=feeds.feed(upheld.feed).code,
        details={
            "objection": upheld.objection_no,
            "programme": upheld.programme,
            "month": upheld.month,
        },
        opened_at=clock.now(),
        due_on=clock.today() + timedelta(days=DAYS),
    )
    session.add(task)
    move(
        session,
        task,
        "open",
        by=by,
        details={"kind": KIND, "objection": upheld.objection_no},
        about={"person": upheld.person_id, "programme": upheld.programme},
    )
    session.flush()
    return task


def redress_of(session: Session, objections: Collection[UUID]) -> dict[UUID, ReviewTask]:
    """Return {objection: its task} of those that were upheld."""
    if not objections:
        return {}
    found = session.scalars(
        select(ReviewTask).where(ReviewTask.id.in_(objections), ReviewTask.kind == KIND)
    )
    return {one.id: one for one in found}

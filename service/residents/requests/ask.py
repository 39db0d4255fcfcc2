"""Take a resident's request: seal the words, and open the department's task with its last day."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.audit.moves import move
from service.audit.record import record
from service.foundation import clock, ids
from service.foundation.encryption import sealer
from service.residents import feeds
from service.residents.identity.canonical import aliases
from service.residents.models import Person, ResidentRequest, ReviewTask
from service.residents.requests.problems import (
    RequestIncomplete,
    RequestStands,
    RequestsTooMany,
)
from service.residents.requests.words import Both, kept

KIND = "resident_asks"
"""The kind of its tasks; no look at the data opens or settles one."""
DAYS = 15
RIGHT_CHARS_MIN, RIGHT_CHARS_MAX = 2, 500
OF_ONE_PER_DAY_MAX = 5


@dataclass(frozen=True)
class Asked:
    """What is said to be wrong and what would be right; ``feed`` is whose department answers."""

    programme: str
    month: str
    about: str
    feed: str
    wrong: Both | None
    """Of a fact, its name and what it is on record as; of everything else the code says enough."""
    right: str
    once: str
    acted_by: int | None = None
    """Who sends it for the person, and whether as guardian or proxy."""
    acted_as: str | None = None


def ask(session: Session, person_id: int, asked: Asked) -> ResidentRequest:
    """Keep a request and open its task. Pressing twice (the same ``once``) is one request.

    Raises RequestIncomplete, RequestStands, RequestsTooMany.
    """
    right = asked.right.strip()
    if not RIGHT_CHARS_MIN <= len(right) <= RIGHT_CHARS_MAX:
        raise RequestIncomplete(RIGHT_CHARS_MIN, RIGHT_CHARS_MAX)
    own = aliases(session, person_id)
    # One after the other: two at once would each find nothing before them.
    session.get_one(Person, own[0], with_for_update=True)
    acting = asked.acted_by or own[0]
    once_index = sealer().index(f"{acting} {asked.once}", "resident request once")
    before = session.scalar(select(ResidentRequest).where(ResidentRequest.once_index == once_index))
    if before is not None:
        return before
    _refuse_more(session, own, asked)
    task = _task(own[0], asked.feed)
    session.add(task)
    by = Actor(kind="resident", id=str(acting))
    move(session, task, "open", by=by, details={"kind": KIND})
    session.flush()
    request_id = ids.uuid7()
    made = ResidentRequest(
        id=request_id,
        person_id=own[0],
        task_id=task.id,
        programme=asked.programme,
        month=asked.month,
        about=asked.about,
        acted_by=asked.acted_by,
        acted_as=asked.acted_as,
        right_sealed=sealer().seal(right, f"resident_requests:right:{request_id}"),
        once_index=once_index,
        asked_at=clock.now(),
    )
    if asked.wrong is not None:
        place = f"resident_requests:wrong:{request_id}"
        made.wrong_sealed = sealer().seal(kept(asked.wrong), place)
    session.add(made)
    session.flush()
    record(
        session,
        "request.asked",
        by=by,
        on=("resident_requests", made.id),
        details={
            "programme": asked.programme,
            "month": asked.month,
            "about": asked.about,
            **({"as": asked.acted_as} if asked.acted_as else {}),
        },
        sealed={"wrong": asked.wrong[1] if asked.wrong else "", "right": right},
        about={"person": own[0]},
    )
    return made


def _task(person_id: int, feed: str) -> ReviewTask:
    task_id = ids.uuid7()
    return ReviewTask(
        id=task_id,
        kind=KIND,
        subject_key=f"q{task_id}",
        person_id=person_id,
        feed=feeds.feed(feed).code,
        details={},
        opened_at=clock.now(),
        due_on=clock.today() + timedelta(days=DAYS),
    )


def _refuse_more(session: Session, own: list[int], asked: Asked) -> None:
    mine = ResidentRequest.person_id.in_(own)
    stands = session.scalar(
        select(ResidentRequest)
        .join(ReviewTask, ReviewTask.id == ResidentRequest.task_id)
        .where(
            mine,
            ReviewTask.state == "open",
            ResidentRequest.programme == asked.programme,
            ResidentRequest.about == asked.about,
        )
        .limit(1)
    )
    if stands is not None:
        raise RequestStands(stands.request_no)
    acting = own if asked.acted_by is None else aliases(session, asked.acted_by)
    day_ago = clock.now() - timedelta(days=1)
    lately = session.scalar(
        select(func.count())
        .select_from(ResidentRequest)
        .where(
            func.coalesce(ResidentRequest.acted_by, ResidentRequest.person_id).in_(acting),
            ResidentRequest.asked_at > day_ago,
        )
    )
    if (lately or 0) >= OF_ONE_PER_DAY_MAX:
        raise RequestsTooMany

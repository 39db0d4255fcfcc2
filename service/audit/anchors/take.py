"""Have the last published checkpoint stamped: by the worker's schedule, or at once when asked.

One job for each predecessor: two workers make one anchor, and a try that failed is repeated, first at
the jobs' own growing pace, then every few minutes. Nothing waits for an anchor.
"""

import hashlib
from datetime import timedelta

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.audit.anchors.models import AuditAnchor
from service.audit.anchors.queries import newest
from service.audit.log.models import PublishedCheckpoint
from service.audit.log.publish import last_published
from service.foundation import clock
from service.foundation.jobs import enqueue, job, revive
from service.foundation.logs import logger
from service.foundation.problems import Problem
from service.foundation.settings import settings
from service.foundation.time_stamps.authority import ask, roots
from service.foundation.time_stamps.check import checked, request_for, require_same_time

KIND = "audit.take_anchor"
_REST = timedelta(minutes=5)
"""How long a job that gave up is left alone."""


class NothingToAnchor(Problem):
    """No authority is set, or nothing was published yet."""

    code = "nothing_to_anchor"
    status = 409
    title = "There is nothing to have stamped"

    def __init__(self) -> None:
        super().__init__(
            "Nothing was stamped: ANXIN_TIME_STAMP_URL names no authority, or no checkpoint is published yet.",
            "未加盖时间戳：未设置 ANXIN_TIME_STAMP_URL，或尚无已公布的检查点。",
        )


def take(session: Session) -> AuditAnchor:
    """Have the last published checkpoint stamped now and keep the token as it came.

    Raises NothingToAnchor, TimeStampUnavailable, TimeStampRefused (garbage, another imprint or nonce,
    another root), ClocksApart, RootsUnusable, NoLibcrypto; nothing is kept then.
    """
    authority, last = settings().time_stamp_url, last_published(session)
    if not authority or last is None:
        raise NothingToAnchor
    before = newest(session)
    number = before.number + 1 if before else 1
    request = request_for(hashlib.sha256(last.note.encode()).digest())
    response = ask(authority, request)
    stamped_at, now = checked(request, response, roots()), clock.now()
    require_same_time(stamped_at, now, seconds_max=settings().time_stamp_clock_seconds_max)
    # Whoever was faster has made this one.
    session.execute(
        insert(AuditAnchor)
        .values(
            number=number,
            size=last.size,
            note=last.note,
            authority=authority,
            request=request,
            response=response,
            stamped_at=stamped_at,
            taken_at=now,
        )
        .on_conflict_do_nothing()
    )
    return session.get_one(AuditAnchor, number)


def is_due(last: PublishedCheckpoint | None, before: AuditAnchor | None) -> bool:
    """Return whether the next anchor is to be taken: hourly while the log grows, else twice a day."""
    if not settings().time_stamp_url or last is None:
        return False
    if before is None:
        return True
    age = clock.now() - before.taken_at
    resting = timedelta(hours=settings().anchor_late_hours) / 2
    grew = last.size > before.size
    return age >= (timedelta(minutes=settings().anchor_minutes) if grew else resting)


def ask_for_due(session: Session) -> bool:
    """Ask for the next anchor when it is due; return whether it is. Asking again asks for nothing."""
    before = newest(session)
    if not is_due(last_published(session), before):
        return False
    key = f"after:{before.number if before else 0}"
    enqueue(session, KIND, key)
    # Done without an anchor: no authority was set when it was done.
    revive(session, keys=(f"{KIND}:{key}",), state="done")
    revive(session, keys=(f"{KIND}:{key}",), failed_before=clock.now() - _REST)
    return True


def _said(session: Session, arguments: dict[str, object], code: str) -> None:
    del session, arguments
    logger("audit").error("anchor.not_taken", code=code)


@job(KIND, queue="periodic", on_failure=_said)
def take_anchor(session: Session) -> None:
    """Take the anchor that is due, unless somebody has taken it meanwhile."""
    if is_due(last_published(session), newest(session)):
        take(session)

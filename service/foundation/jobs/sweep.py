"""Find jobs whose wake-up was lost and wake workers again."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.foundation import clock
from service.foundation.jobs.handlers import KINDS
from service.foundation.jobs.models import Heartbeat, Job
from service.foundation.jobs.wake import wake

_GRACE_SECONDS = 3


def sweep(session: Session) -> int:
    """Wake a worker for every job that has waited longer than a wake-up takes; return how many."""
    late = clock.now() - timedelta(seconds=_GRACE_SECONDS)
    waiting = session.execute(
        select(Job.id, Job.kind)
        .where(Job.state == "queued", Job.run_after <= late)
        .order_by(Job.run_after)
        .limit(500)
    ).all()
    for job_id, kind in waiting:
        if kind in KINDS:
            wake(job_id, KINDS[kind].queue)
    beat(session, "jobs.sweep")
    return len(waiting)


def beat(session: Session, task: str) -> None:
    """Leave the time a scheduled task ran."""
    now = clock.now()
    session.execute(
        insert(Heartbeat)
        .values(task=task, at=now)
        .on_conflict_do_update(index_elements=["task"], set_={"at": now})
    )

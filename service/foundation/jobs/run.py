"""Run a job: count the try, lock the row, look again, do the work, mark it done – or fail it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.foundation import clock
from service.foundation.database import transaction
from service.foundation.jobs.handlers import KINDS
from service.foundation.jobs.later import Later
from service.foundation.jobs.models import Job
from service.foundation.logs import logger
from service.foundation.problems import Problem

_DELAY_SECONDS_FIRST = 2
_DELAY_SECONDS_MAX = 300


def run(job_id: UUID) -> bool:
    """Do one job if it is waiting; return whether this call did it.

    The row's lock is the lease: another worker that gets the same message skips it, and a killed
    worker's lock disappears with its connection. Tries are counted in a transaction of their own,
    so that a job that kills its worker also comes to an end.
    """
    if not _count_try(job_id):
        return False
    try:
        with transaction() as session:
            waiting = session.scalars(
                select(Job)
                .where(Job.id == job_id, Job.state == "queued")
                .with_for_update(skip_locked=True)
            ).first()
            if waiting is None:
                return False
            KINDS[waiting.kind].handler(session, **waiting.arguments)
            waiting.state = "done"
            waiting.finished_at = clock.now()
    except Later as later:
        _postpone(job_id, later)
        return False
    except Problem as problem:
        _put_back(job_id, problem.code, str(problem), problem.retry_after_seconds)
        return False
    except Exception as error:
        logger("jobs").exception("jobs.failed", job_id=str(job_id))
        _put_back(job_id, "unexpected", type(error).__name__)
        return False
    return True


def drain(*, kinds: tuple[str, ...] = (), limit: int = 10_000) -> int:
    """Do every waiting job in this process, in order, until none is left; return how many.

    For the command line and tests; with workers running, both may share the work.
    """
    done = 0
    while done < limit:
        with transaction() as session:
            query = select(Job.id).where(Job.state == "queued", Job.run_after <= clock.now())
            if kinds:
                query = query.where(Job.kind.in_(kinds))
            waiting = session.scalars(query.order_by(Job.created_at, Job.id).limit(100)).all()
        if not waiting:
            return done
        progress = sum(run(job_id) for job_id in waiting)
        done += progress
        if not progress:
            return done
    return done


def _count_try(job_id: UUID) -> bool:
    with transaction() as session:
        waiting = session.scalars(
            select(Job)
            .where(Job.id == job_id, Job.state == "queued", Job.run_after <= clock.now())
            .with_for_update(skip_locked=True)
        ).first()
        # A kind this process does not know belongs to a newer one (an upgrade under way): its try
        # is not counted here.
        if waiting is None or waiting.kind not in KINDS:
            return False
        if waiting.attempts >= waiting.attempts_max:
            _fail(session, waiting, waiting.error_code or "worker_lost")
            return False
        waiting.attempts += 1
        return True


def _postpone(job_id: UUID, later: Later) -> None:
    """Let a job wait for its hour; that it had to is no failed try."""
    with transaction() as session:
        waiting = session.get(Job, job_id, with_for_update=True)
        if waiting is None or waiting.state != "queued":
            return
        waiting.attempts = max(0, waiting.attempts - 1)
        waiting.error_code, waiting.error = later.code, str(later)
        waiting.run_after = later.not_before


def _put_back(job_id: UUID, code: str, sentence: str, at_least_seconds: int = 0) -> None:
    with transaction() as session:
        waiting = session.get(Job, job_id, with_for_update=True)
        if waiting is None or waiting.state != "queued":
            return
        waiting.error_code, waiting.error = code, sentence
        if waiting.attempts >= waiting.attempts_max:
            _fail(session, waiting, code)
            return
        delay = min(_DELAY_SECONDS_FIRST * 2 ** (waiting.attempts - 1), _DELAY_SECONDS_MAX)
        waiting.run_after = clock.now() + timedelta(seconds=max(delay, at_least_seconds))


def _fail(session: Session, waiting: Job, code: str) -> None:
    waiting.state = "failed"
    waiting.finished_at = clock.now()
    waiting.error_code = code
    on_failure = KINDS[waiting.kind].on_failure
    if on_failure is not None:
        arguments: dict[str, Any] = waiting.arguments
        on_failure(session, arguments, code)
    logger("jobs").error("jobs.gave_up", job_id=str(waiting.id), kind=waiting.kind, code=code)

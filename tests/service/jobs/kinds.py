"""Kinds of jobs for tests; each leaves an audit entry as its effect, so that doing it twice shows.

``python -m tests.service.jobs.kinds <id>`` runs one job in a process that may be killed.
"""

import os
import signal
import sys
import time
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM
from service.audit.models import AuditEntry
from service.audit.record import record
from service.foundation import jobs
from service.foundation.jobs import Job, job
from service.foundation.problems import NotFound


def _gave_up(session: Session, arguments: dict[str, Any], code: str) -> None:
    record(session, "work.given_up", by=SYSTEM, on=("works", arguments["work"]), reason=code)


@job("test.work")
def work(session: Session, work: str) -> None:
    """Leave one entry."""
    record(session, "work.done", by=SYSTEM, on=("works", work))


@job("test.slow")
def slow(session: Session, work: str, sign: str) -> None:
    """Leave an entry, give a sign that the middle is reached, and stay there."""
    record(session, "work.done", by=SYSTEM, on=("works", work))
    session.flush()
    if sign:
        Path(sign).touch()
        time.sleep(60)


@job("test.refuse", attempts_max=3, on_failure=_gave_up)
def refuse(session: Session, work: str) -> None:
    """Leave an entry that must not stay, and refuse."""
    record(session, "work.done", by=SYSTEM, on=("works", work))
    raise NotFound("thing")


@job("test.stumble", attempts_max=3)
def stumble(session: Session, work: str) -> None:
    """Fail as a mistake in our code would, with something in the message that nobody may keep."""
    raise ValueError(f"the card 6217000010001234567 of work {work}")


@job("test.kill", attempts_max=2, on_failure=_gave_up)
def kill(session: Session, work: str) -> None:
    """Take the worker along, unless the work was given up."""
    os.kill(os.getpid(), signal.SIGKILL)


def entries(session: Session, act: str = "work.done") -> list[str]:
    """Return what has been left, work by work."""
    return list(
        session.scalars(
            select(AuditEntry.object_id).where(AuditEntry.act == act).order_by(AuditEntry.object_id)
        )
    )


def waiting(session: Session) -> int:
    """Return how many jobs are not done."""
    return session.scalar(select(func.count()).select_from(Job).where(Job.state != "done")) or 0


if __name__ == "__main__":
    # The module ran as __main__: its kinds are registered, which is all that run() needs.
    sys.exit(0 if jobs.run(UUID(sys.argv[1])) else 3)

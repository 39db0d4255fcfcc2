"""Ask for a job: a row in the caller's transaction, a wake-up after its commit."""

from typing import Any
from uuid import UUID

from sqlalchemy import event
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.foundation import clock, ids
from service.foundation.jobs.handlers import KINDS
from service.foundation.jobs.models import Job
from service.foundation.jobs.wake import wake


def enqueue(session: Session, kind: str, key: str, **arguments: Any) -> None:
    """Insert the job unless one with the same key exists; wake a worker once committed.

    Arguments are ids and civil dates. The key names the work (``dispatch.send:<file id>``).
    """
    job_id: UUID = ids.uuid7()
    now = clock.now()
    known = KINDS[kind]
    inserted = session.scalar(
        insert(Job)
        .values(
            id=job_id,
            kind=kind,
            key=f"{kind}:{key}",
            arguments={name: str(value) for name, value in arguments.items()},
            attempts_max=known.attempts_max,
            run_after=now,
            created_at=now,
        )
        .on_conflict_do_nothing(index_elements=["key"])
        .returning(Job.id)
    )
    if inserted:
        event.listen(session, "after_commit", lambda _: wake(job_id, known.queue), once=True)

"""Take over what else waits of a kind, where doing it once does it for all."""

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service.foundation import clock
from service.foundation.jobs.models import Job


def take_over(session: Session, kind: str) -> list[dict[str, Any]]:
    """Mark every waiting job of a kind done in the caller's transaction; return their arguments.

    Called by a handler that then does the work of all of them. Jobs that another worker holds are
    left to it; if the caller fails, all of them wait again.
    """
    waiting = session.execute(
        select(Job.id, Job.arguments)
        .where(Job.kind == kind, Job.state == "queued", Job.run_after <= clock.now())
        .with_for_update(skip_locked=True)
    ).all()
    session.execute(
        update(Job)
        .where(Job.id.in_([row[0] for row in waiting]))
        .values(state="done", finished_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    return [row[1] for row in waiting]

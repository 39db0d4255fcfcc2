"""Give failed jobs another life, once somebody has removed what made them fail."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from service.foundation import clock
from service.foundation.jobs.models import Job


def revive(session: Session) -> int:
    """Queue every failed job again with all its tries; return how many.

    Safe at any time: a handler looks at the world again and does only what is still to be done.
    """
    revived = session.scalars(
        update(Job)
        .where(Job.state == "failed")
        .values(state="queued", attempts=0, run_after=clock.now(), finished_at=None)
        .returning(Job.id)
    ).all()
    return len(revived)

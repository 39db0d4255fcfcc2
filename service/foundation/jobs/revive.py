"""Give failed jobs another life, once somebody has removed what made them fail."""

from collections.abc import Collection
from datetime import datetime
from typing import Literal

from sqlalchemy import update
from sqlalchemy.orm import Session

from service.foundation import clock
from service.foundation.jobs.models import Job


def revive(
    session: Session,
    *,
    keys: Collection[str] | None = None,
    codes: Collection[str] | None = None,
    failed_before: datetime | None = None,
    state: Literal["failed", "done"] = "failed",
) -> int:
    """Queue failed (or done) jobs again with all their tries; return how many.

    Only those with one of the keys, of one of the error codes and failed before a moment, where
    given. Safe at any time: a handler looks at the world again and does only what is still to be done.
    """
    chosen = update(Job).where(Job.state == state)
    if keys is not None:
        chosen = chosen.where(Job.key.in_(keys))
    if codes is not None:
        chosen = chosen.where(Job.error_code.in_(codes))
    if failed_before is not None:
        chosen = chosen.where(Job.finished_at < failed_before)
    revived = session.scalars(
        chosen.values(
            state="queued", attempts=0, run_after=clock.now(), finished_at=None
        ).returning(Job.id)
    ).all()
    return len(revived)

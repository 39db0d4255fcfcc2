"""Jobs of one run done side by side: who comes last finishes the run."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.foundation.jobs.models import Job


def is_last(session: Session, kind: str, run_id: str, name: str) -> bool:
    """Return whether no other job of the kind waits in a run; keys are ``kind:run:name``.

    Asked under the run's row lock: a job's end commits together with that lock, so whoever comes
    last sees the others done.
    """
    others = session.scalar(
        select(Job.id)
        .where(
            Job.kind == kind,
            Job.state == "queued",
            Job.key.startswith(f"{kind}:{run_id}:"),
            Job.key != f"{kind}:{run_id}:{name}",
        )
        .limit(1)
    )
    return others is None

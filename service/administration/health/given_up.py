"""Jobs that were given up, with what each was about where that has a name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from service.administration.machine.queue import GIVEN_UP_DAYS
from service.administration.words import job_words
from service.batches.models import Batch
from service.dispatch.models import BankFile
from service.foundation import clock
from service.foundation.jobs.models import Job
from service.web.view_models import Link

MOST = 20


@dataclass(frozen=True)
class GivenUp:
    """One job; its sentence may hold amounts, so only the code of what went wrong is shown."""

    kind: str
    what: str
    code: str
    tries: int
    at: datetime | None
    about: Link | None


def given_up(session: Session) -> list[GivenUp]:
    """Return the jobs given up last, the newest first."""
    since = clock.now() - timedelta(days=GIVEN_UP_DAYS)
    jobs = session.scalars(
        select(Job)
        .where(Job.state == "failed", Job.finished_at >= since)
        .order_by(Job.finished_at.desc(), Job.id.desc())
        .limit(MOST)
    ).all()
    batches = _named(session, jobs, "batch_id", Batch.id, Batch.batch_no)
    files = _named(session, jobs, "file_id", BankFile.id, BankFile.file_name)
    return [
        GivenUp(
            one.kind,
            job_words(one.kind),
            one.error_code or "",
            one.attempts,
            one.finished_at,
            _about(one.arguments, batches, files),
        )
        for one in jobs
    ]


def _named(
    session: Session,
    jobs: Sequence[Job],
    argument: str,
    key: InstrumentedAttribute[UUID],
    name: InstrumentedAttribute[str],
) -> dict[str, str]:
    wanted = {UUID(one.arguments[argument]) for one in jobs if argument in one.arguments}
    if not wanted:
        return {}
    rows = session.execute(select(key, name).where(key.in_(wanted)))
    return {str(row[0]): row[1] for row in rows}


def _about(
    said: Mapping[str, str], batches: Mapping[str, str], files: Mapping[str, str]
) -> Link | None:
    """Return what a job was about; whoever may not open it reads its name only."""
    batch, file = said.get("batch_id", ""), said.get("file_id", "")
    if batch in batches:
        return Link(batches[batch], f"/batches/{batches[batch]}")
    if file in files:
        return Link(files[file], f"/dispatch/{file}")
    if "endpoint_id" in said:
        return Link(said["endpoint_id"][:8], f"/webhooks/{said['endpoint_id']}")
    if "source" in said or "code" in said:
        return Link(said.get("source") or said["code"], "/sources")
    return Link(said["month"], f"/months/{said['month']}") if "month" in said else None

"""When sources are looked at: one job a source and turn, so that none holds another up."""

from datetime import timedelta
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from service.foundation import clock
from service.foundation.jobs import Job, enqueue, job
from service.residents.intake.collect import collect, note_outcome
from service.residents.intake.outcome import Outcome
from service.residents.intake.problems import SourceBusy, SourceInactive, SourceUnknown
from service.residents.intake.push.forget import forget_unfinished
from service.residents.intake.queries import every_source, source_by_code
from service.residents.intake.unexpected import Unexpected
from service.residents.models import FeedSource

COLLECT = "residents.collect"
_JOBS_KEPT = timedelta(days=2)


def schedule_due(session: Session) -> int:
    """Ask for a look at every source whose time has come; return how many are due.

    Called twice a minute. The turn is part of the job's key, so asking twice is one look.
    """
    _forget_done(session)
    forget_unfinished(session)
    due = [source for source in every_source(session) if is_due(source)]
    for source in due:
        turn = source.last_run_at.isoformat() if source.last_run_at else "first"
        enqueue(session, COLLECT, f"{source.id}:{turn}", code=source.code)
    return len(due)


def is_due(source: FeedSource) -> bool:
    """Return whether a source's terms say that it is looked at now."""
    minutes = source.terms.get("every_minutes")
    if not source.active or source.kind == "push" or minutes is None:
        return False
    if source.last_run_at is None:
        return True
    return bool(source.last_run_at + timedelta(minutes=minutes) <= clock.now())


def _write_down_loss(session: Session, arguments: dict[str, Any], _code: str) -> None:
    """A look that killed its worker each time: said, and its next turn comes as usual."""
    try:
        source = source_by_code(session, arguments["code"])
    except SourceUnknown:
        return
    outcome = Outcome()
    outcome.failed(Unexpected())
    note_outcome(session, source, outcome)


@job(COLLECT, attempts_max=3, queue="bank", on_failure=_write_down_loss)
def collect_source(session: Session, *, code: str) -> None:  # noqa: ARG001 - every delivery has its own
    """Look at one source. Its queue is that of the one worker that reaches others' servers."""
    try:
        collect(code)
    except (SourceBusy, SourceInactive, SourceUnknown):
        # Somebody else is at it, or it went since: nothing to be done in this turn.
        return


def _forget_done(session: Session) -> None:
    """Looks are asked for every few minutes for years; what they came to is kept elsewhere."""
    session.execute(
        delete(Job)
        .where(Job.kind == COLLECT, Job.state == "done", Job.finished_at < clock.now() - _JOBS_KEPT)
        .execution_options(synchronize_session=False)
    )

"""Look back from a pay month: freeze and assess each past month again, then mend every programme.

Each month and each programme is a job in a transaction of its own: a crash loses one of them, and
starting again does what is not done yet. One look back is finished before another begins, so that
what is known last is mended last.
"""

from datetime import datetime, time
from uuid import UUID

from sqlalchemy import func, or_, select, text
from sqlalchemy.orm import Session

from service.assessment.assess import assess
from service.assessment.engines.engine import EngineName
from service.assessment.models import Assessment
from service.audit.actor import SYSTEM, Actor
from service.audit.record import record
from service.batches.mending.mend import keep_decisions, mend
from service.batches.mending.models import MendMonth, MendRun
from service.batches.models import Batch, MonthRun
from service.batches.part import LISTED
from service.foundation import clock
from service.foundation.jobs import enqueue, is_last, job
from service.foundation.months import Month
from service.foundation.problems import NotFound, Problem
from service.programmes.in_force import rules_for
from service.residents.freshness import require_event_feeds
from service.residents.models import Snapshot
from service.residents.snapshot import freeze

MONTHS_MAX = 60
"""How far a look back goes at most: five years."""
MONTHS_USUAL = 12
KINDS = ("mend.look", "mend.programme")


class NothingBehind(Problem):
    """There is no past month to look at."""

    code = "nothing_behind"
    status = 409
    title = "There is no month to look back to"

    def __init__(self, month: Month) -> None:
        super().__init__(
            f"No list was built before {month}, or the month to begin with is not before it.",
            f"{month} 之前没有已编制的发放清单，或起始月份不早于该月。",
        )


def look_back(
    session: Session,
    month: Month,
    *,
    by: Actor,
    since: Month | None = None,
    programmes: tuple[str, ...] = (),
    engine: EngineName | None = None,
) -> MendRun:
    """Begin a look back; one that is still going is returned instead. Raises NothingBehind.

    Without ``since`` it goes back twelve months, never before the first list and never further
    than five years. ``engine`` decides the past months; that of the settings if not given.
    """
    session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('look_back', 0))"))
    going = session.scalars(select(MendRun).where(MendRun.finished_at.is_(None))).first()
    if going is not None:
        return going
    known = rules_for(session, month).programmes
    chosen = programmes or tuple(known)
    if not set(chosen) <= set(known):
        raise NotFound("programme")
    first = session.scalar(select(func.min(Batch.month)).where(Batch.programme.in_(chosen)))
    begin = max(
        since or month.minus(MONTHS_USUAL),
        Month.parse(first) if first else month,
        month.minus(MONTHS_MAX),
    )
    if begin >= month:
        raise NothingBehind(month)
    run = MendRun(
        month=str(month),
        since=str(begin),
        programmes=sorted(chosen),
        requested_by=by.id,
        requested_at=clock.now(),
        stage="waiting",
    )
    session.add(run)
    session.flush()
    record(
        session,
        "month.looked_back",
        by=by,
        on=("mend_runs", run.id),
        details={"month": str(month), "since": str(begin), "programmes": run.programmes},
    )
    asked = {} if engine is None else {"engine": engine}
    enqueue(session, "mend.look", f"{run.id}:{begin}", run_id=run.id, month=begin, **asked)
    return run


def _failed(session: Session, arguments: dict[str, str], code: str) -> None:
    run = session.get_one(MendRun, UUID(arguments["run_id"]), with_for_update=True)
    if run.finished_at is None:
        run.stage, run.problem, run.finished_at = "failed", code, clock.now()
        record(session, "month.look_back_failed", by=SYSTEM, on=("mend_runs", run.id), reason=code)


@job("mend.look", attempts_max=3, on_failure=_failed)
def look_at_month(session: Session, run_id: str, month: str, **asked: EngineName) -> None:
    """Freeze and assess one past month as it is known now, then ask for what comes next."""
    run = session.get_one(MendRun, UUID(run_id), with_for_update=True)
    if run.finished_at is not None:
        return
    require_event_feeds(session)
    then = Month.parse(month)
    snapshot = freeze(session, then, by=SYSTEM, relied_at=_relied_at(session, then))
    assessment = assess(session, snapshot, by=SYSTEM, engine=asked.get("engine"))
    keep_decisions(session, Month.parse(run.month), assessment)
    session.add(MendMonth(run_id=run.id, month=month, assessment_id=assessment.id))
    run.stage = "looking"
    after = then.minus(-1)
    if str(after) < run.month:
        enqueue(session, "mend.look", f"{run_id}:{after}", run_id=run_id, month=after, **asked)
        return
    run.stage = "looked"
    for code in run.programmes:
        enqueue(session, "mend.programme", f"{run_id}:{code}", run_id=run_id, programme=code)


def _relied_at(session: Session, then: Month) -> datetime:
    """Return as of when the month's own lists were decided; its end if none ever was.

    What a department said later of no day is no reason to ask money of that month back.
    """
    pressed = select(MonthRun.assessment_id).where(MonthRun.month == str(then))
    listed = select(Batch.assessment_id).where(Batch.month == str(then), Batch.kind.in_(LISTED))
    taken: datetime | None = session.scalar(
        select(func.max(Snapshot.taken_at))
        .join(Assessment, Assessment.snapshot_id == Snapshot.id)
        .where(or_(Assessment.id.in_(pressed), Assessment.id.in_(listed)))
    )
    return taken or datetime.combine(then.last_day, time.max, clock.SHANGHAI)


@job("mend.programme", attempts_max=3, on_failure=_failed)
def mend_programme(session: Session, run_id: str, programme: str) -> None:
    """Mend one programme of a run; the last one to finish finishes the run."""
    run = session.get_one(MendRun, UUID(run_id))
    if run.finished_at is not None:
        return
    assessments = session.scalars(
        select(Assessment)
        .join(MendMonth, MendMonth.assessment_id == Assessment.id)
        .where(MendMonth.run_id == run.id)
        .order_by(Assessment.month)
    ).all()
    # Whoever asked is the maker of what is found; an officer's id, or the command line's name.
    by = Actor(kind="officer" if _is_officer(run.requested_by) else "system", id=run.requested_by)
    mend(session, programme, Month.parse(run.month), assessments, by=by)
    run = session.get_one(MendRun, UUID(run_id), with_for_update=True, populate_existing=True)
    if run.finished_at is None and is_last(session, "mend.programme", run_id, programme):
        run.stage, run.finished_at = "mended", clock.now()


def _is_officer(name: str) -> bool:
    try:
        UUID(name)
    except ValueError:
        return False
    return True

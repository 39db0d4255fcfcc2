"""The one button: freeze the month's facts, assess everyone, build every programme's batch.

Each step is a job in a transaction of its own, so a crash loses at most the step it happened in,
and pressing the button twice, or again after a correction, builds only what is not there yet.
"""

from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from service.assessment.assess import assess
from service.assessment.engines.engine import EngineName
from service.assessment.models import Assessment
from service.audit.actor import SYSTEM, Actor
from service.audit.record import record
from service.batches.build import build
from service.batches.look_again import look_again
from service.batches.models import MonthRun
from service.batches.part import WHOLE, NoListYet, Part, part_of, possible
from service.foundation import clock
from service.foundation.jobs import enqueue, is_last, job
from service.foundation.months import Month
from service.foundation.problems import NotFound, Problem
from service.programmes.in_force import payable, rules_for
from service.residents.freshness import require_event_feeds
from service.residents.models import Snapshot
from service.residents.snapshot import freeze


class RunGoing(Problem):
    """Another run of the month is still going."""

    code = "run_going"
    status = 409
    title = "The month is being worked on"

    def __init__(self, month: str) -> None:
        super().__init__(
            f"Another run of {month} is still going; press again when it is done.",
            f"{month} 正在编制其他清单，请待其完成后再操作。",
        )


def press(
    session: Session,
    month: Month,
    *,
    by: Actor,
    programmes: tuple[str, ...] = (),
    part: Part = WHOLE,
    engine: EngineName | None = None,
) -> MonthRun:
    """Start a month's run for all payable programmes, or some; the work itself is done by jobs.

    A run of the same that is still going is returned instead of starting another beside it.
    Raises NotFound for an unknown programme, NoListYet for a supplement to nothing, and RunGoing
    while the month is run for something else. ``engine`` decides the month; that of the settings if
    not given.
    """
    # Two presses at once: the second waits here and then finds the first one's run.
    session.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": f"press:{month}"}
    )
    payable_now = payable(session, month)
    chosen = programmes or payable_now
    if not set(chosen) <= set(rules_for(session, month).programmes):
        raise NotFound("programme")
    listed = possible(session, str(month), part, chosen)
    wanted = sorted(set(listed) & set(payable_now))
    going = session.scalars(
        select(MonthRun).where(MonthRun.month == str(month), MonthRun.finished_at.is_(None))
    ).first()
    if going is not None:
        if part_of(going) == part and going.programmes == wanted:
            return going
        raise RunGoing(str(month))
    if part.kind == "supplementary" and (not listed or (programmes and listed != list(chosen))):
        raise NoListYet(str(month), sorted(set(programmes) - set(listed)))
    run = MonthRun(
        month=str(month),
        programmes=wanted,
        kind=part.kind,
        division=part.division,
        requested_by=by.id,
        requested_at=clock.now(),
        stage="waiting",
    )
    session.add(run)
    session.flush()
    record(
        session,
        "month.pressed",
        by=by,
        on=("month_runs", run.id),
        details={
            "month": str(month),
            "programmes": run.programmes,
            "kind": part.kind,
            "division": part.division,
        },
    )
    asked = {} if engine is None else {"engine": engine}
    enqueue(session, "month.freeze", str(run.id), run_id=run.id, **asked)
    return run


def _failed(session: Session, arguments: dict[str, str], code: str) -> None:
    run = session.get_one(MonthRun, UUID(arguments["run_id"]), with_for_update=True)
    run.stage, run.problem, run.finished_at = "failed", code, clock.now()
    record(session, "month.failed", by=SYSTEM, on=("month_runs", run.id), reason=code)


@job("month.freeze", attempts_max=3, on_failure=_failed)
def freeze_month(session: Session, run_id: str, **asked: EngineName) -> None:
    """Freeze the snapshot of a run's month."""
    run = _locked(session, run_id)
    require_event_feeds(session)
    snapshot = freeze(session, Month.parse(run.month), by=SYSTEM)
    run.snapshot_id, run.stage = snapshot.id, "frozen"
    enqueue(session, "month.assess", run_id, run_id=run_id, **asked)


@job("month.assess", attempts_max=3, on_failure=_failed)
def assess_month(session: Session, run_id: str, engine: EngineName | None = None) -> None:
    """Assess a run's snapshot and ask for every programme's batch."""
    run = _locked(session, run_id)
    if run.snapshot_id is None:
        return
    snapshot = session.get_one(Snapshot, run.snapshot_id)
    assessment = assess(session, snapshot, by=SYSTEM, engine=engine)
    run.assessment_id, run.stage = assessment.id, "assessed"
    for code in run.programmes:
        enqueue(session, "month.build", f"{run_id}:{code}", run_id=run_id, programme=code)
    if not run.programmes:
        run.stage, run.finished_at = "built", clock.now()


@job("month.build", attempts_max=3, on_failure=_failed)
def build_programme(session: Session, run_id: str, programme: str) -> None:
    """Build one programme's batch of a run; the last one to finish finishes the run."""
    run = session.get_one(MonthRun, UUID(run_id))
    if run.assessment_id is None:
        return
    assessment = session.get_one(Assessment, run.assessment_id)
    part = part_of(run)
    look_again(session, assessment, programme, by=SYSTEM, part=part)
    build(session, assessment, programme, by=SYSTEM, part=part)
    # Locked only now, so that programmes are built side by side.
    run = session.get_one(MonthRun, UUID(run_id), with_for_update=True, populate_existing=True)
    if run.finished_at is None and is_last(session, "month.build", run_id, programme):
        run.stage, run.finished_at = "built", clock.now()


def _locked(session: Session, run_id: str) -> MonthRun:
    return session.get_one(MonthRun, UUID(run_id), with_for_update=True)

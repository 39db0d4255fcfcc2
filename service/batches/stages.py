"""How far a run has come, stage by stage: what was asked for, how long each stage took, what is left."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.batches.models import MonthRun
from service.batches.part import townships
from service.batches.words import programme_name
from service.foundation.jobs import Job
from service.web.filters import moment
from service.web.language import gettext, ngettext, translatable
from service.web.view_models import Step

KINDS = ("month.freeze", "month.assess", "month.build")
_STAGES = {
    "month.freeze": translatable("Freeze the facts"),
    "month.assess": translatable("Assess everyone"),
    "month.build": translatable("Make the lists"),
}
_NAMED_MAX = 3


@dataclass(frozen=True)
class Stage:
    """One stage of a run: its jobs by state, and when it began and ended."""

    kind: str
    states: Counter[str]
    tries: int
    """The most tries that one of its jobs took."""
    began: datetime | None
    ended: datetime | None

    @property
    def is_over(self) -> bool:
        return bool(self.states) and not self.states["queued"]

    @property
    def seconds(self) -> float | None:
        if self.began is None or self.ended is None or not self.is_over:
            return None
        return (self.ended - self.began).total_seconds()


def stages(session: Session, run: MonthRun) -> list[Stage]:
    """Return the three stages of a run in order, as its jobs stand now."""
    jobs = jobs_of(session, run)
    return [_stage(kind, [job for job in jobs if job.kind == kind]) for kind in KINDS]


def jobs_of(session: Session, run: MonthRun) -> list[Job]:
    """Return every job that a run has asked for so far, in order."""
    keys = [f"{kind}:{run.id}" for kind in KINDS[:2]]
    keys += [f"{KINDS[2]}:{run.id}:{code}" for code in run.programmes]
    found = select(Job).where(Job.key.in_(keys)).order_by(Job.created_at, Job.id)
    return list(session.scalars(found))


def stage_steps(session: Session, run: MonthRun) -> list[Step]:
    """Return a run's stages for the page: done with their seconds, the present one, and the rest."""
    found = stages(session, run)
    made: list[Step] = []
    for stage in found:
        label = gettext(_STAGES[stage.kind])
        if stage.states["failed"]:
            made.append(Step(label, "stopped", _tries(stage)))
        elif stage.states["queued"]:
            made.append(Step(label, "now", _left(stage)))
        elif stage.is_over:
            made.append(Step(label, "done", _took(stage)))
        else:
            made.append(Step(label, "done" if run.stage == "built" else "later"))
    return made


def about_run(session: Session, run: MonthRun) -> str:
    """Return what was asked for: kind, place, programmes, and when."""
    parts = [
        gettext("supplementary run") if run.kind == "supplementary" else gettext("regular run")
    ]
    if run.division:
        parts.append(townships(session).get(run.division, f"{run.division}000"))
    named = [programme_name(code) for code in run.programmes]
    if 0 < len(named) <= _NAMED_MAX:
        parts.append(gettext(", ").join(named))
    else:
        said = ngettext("%(num)s programme", "%(num)s programmes", len(named))
        parts.append(said % {"num": len(named)})
    parts.append(gettext("asked for at %(at)s") % {"at": moment(run.requested_at)})
    return " · ".join(parts)


def _stage(kind: str, jobs: list[Job]) -> Stage:
    return Stage(
        kind=kind,
        states=Counter(job.state for job in jobs),
        tries=max((job.attempts for job in jobs), default=0),
        began=min((job.created_at for job in jobs), default=None),
        ended=max((job.finished_at for job in jobs if job.finished_at), default=None),
    )


def _left(stage: Stage) -> str:
    total = sum(stage.states.values())
    done = gettext("%(done)s of %(total)s") % {"done": stage.states["done"], "total": total}
    return " · ".join(part for part in (done if total > 1 else "", _tries(stage)) if part)


def _took(stage: Stage) -> str:
    seconds = stage.seconds
    return gettext("%(seconds)s s") % {"seconds": f"{seconds:.1f}"} if seconds is not None else ""


def _tries(stage: Stage) -> str:
    """Say that a stage began anew: a worker was lost, or a try failed."""
    if stage.tries < 2:
        return ""
    return gettext("try %(number)s") % {"number": stage.tries}

"""How far a batch's sign-offs have come: each step with who took it, who is next, and by when."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy.orm import Session

from service.approvals.deadlines import due_on, possible_since
from service.approvals.holders import who_may
from service.approvals.models import ApprovalStep
from service.approvals.steps import IN_REVIEW, open_steps, steps_of, taken
from service.batches.models import Batch
from service.batches.queries import acts_of
from service.foundation import clock
from service.notices.check import current
from service.officers.models import Officer

_SIGNING = ("approved", "prepared")


@dataclass(frozen=True)
class Taken:
    """Somebody took a step; ``for_id`` is the absent colleague it was taken for."""

    officer_id: UUID
    for_id: UUID | None


@dataclass(frozen=True)
class StepProgress:
    """One step as it stands on a day; ``may_act`` and ``due_on`` are of the step that is next."""

    step: ApprovalStep
    state: Literal["done", "now", "later"]
    given: int
    taken: tuple[Taken, ...]
    may_act: tuple[Officer, ...]
    due_on: date | None
    late: bool


def progress_of(session: Session, batch: Batch, *, on: date) -> list[StepProgress]:
    """Return the batch's steps in order as they stand on a civil day; none while its maker has it."""
    steps, acts = steps_of(session, batch), taken(session, batch)
    if not steps:
        return []
    began = _began(session, batch)
    open_now = open_steps(steps, acts) if batch.state in IN_REVIEW else []
    signed = [
        one.officer_id
        for one in acts_of(session, batch)
        if one.round == batch.round and one.act == "signed"
    ]
    made: list[StepProgress] = []
    for step in steps:
        if step.kind == "approve":
            by = tuple(
                Taken(act.officer_id, act.for_officer_id)
                for act in acts
                if (act.position, act.division) == (step.position, step.division)
            )
            is_now = step in open_now
        else:
            mine, signed = signed[: step.needed], signed[step.needed :]
            by = tuple(Taken(one, None) for one in mine)
            earlier_signed = all(one.state == "done" for one in made)
            is_now = batch.state in _SIGNING and earlier_signed and len(by) < step.needed
        due = due_on(step, possible_since(step, steps, acts, began)) if is_now else None
        made.append(
            StepProgress(
                step=step,
                state="now" if is_now else ("done" if len(by) >= step.needed else "later"),
                given=len(by),
                taken=by,
                may_act=tuple(who_may(session, batch, step, acts, on=on)) if is_now else (),
                due_on=due,
                late=due is not None and due < on,
            )
        )
    return made


def _began(session: Session, batch: Batch) -> date:
    """Return the day review began: the submitting, or the day after the notice's last."""
    submitted = [
        clock.civil(one.at).date()
        for one in acts_of(session, batch)
        if one.round == batch.round and one.act == "submitted"
    ]
    days = submitted or [clock.civil(batch.built_at).date()]
    notice = current(session, batch)
    if notice is not None:
        days.append(notice.ends_on + timedelta(days=1))
    return max(days)

"""By when a step is to be taken: working days from the day it became possible."""

from collections.abc import Sequence
from datetime import date

from service.approvals.models import ApprovalAct, ApprovalStep
from service.foundation import clock
from service.foundation.working_days import last_day


def due_on(step: ApprovalStep, since: date) -> date:
    """Return the last of the step's working days, the first being the day after ``since``."""
    return last_day(since, step.days, working=True).last


def possible_since(
    step: ApprovalStep, steps: Sequence[ApprovalStep], acts: Sequence[ApprovalAct], began: date
) -> date:
    """Return the day a step became possible: after the one before it, or when review ``began``."""
    before = [one.position for one in steps if one.position < step.position]
    days = [clock.civil(act.at).date() for act in acts if before and act.position == max(before)]
    return max([began, *days])

"""By when a step is to be taken: working days from the day it became possible."""

from collections.abc import Sequence
from datetime import date, timedelta

from service.approvals.models import ApprovalAct, ApprovalStep
from service.foundation import clock

_SATURDAY = 5


def after_working_days(start: date, days: int) -> date:
    """Return the day that is ``days`` working days after ``start``, which is not counted itself."""
    day = start
    while days:
        day += timedelta(days=1)
        if day.weekday() < _SATURDAY:
            days -= 1
    return day


def possible_since(
    step: ApprovalStep, steps: Sequence[ApprovalStep], acts: Sequence[ApprovalAct], began: date
) -> date:
    """Return the day a step became possible: after the one before it, or when review ``began``."""
    before = [one.position for one in steps if one.position < step.position]
    days = [clock.civil(act.at).date() for act in acts if before and act.position == max(before)]
    return max([began, *days])

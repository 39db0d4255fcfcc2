"""Which months and programme the overview is asked for."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.enquiry.overview.models import OverviewCount
from service.foundation import clock
from service.foundation.months import Month
from service.foundation.problems import NotFound, Problem
from service.programmes.catalogue import rules

MONTHS_MAX = 36
_MONTHS = 12


class BadRange(Problem):
    """The months do not make a range that can be drawn."""

    code = "bad_range"
    status = 422
    title = "That is no range of months"

    def __init__(self, first: Month, last: Month) -> None:
        super().__init__(
            f"From {first} to {last} is not between 1 and {MONTHS_MAX} months; choose a later first month or an earlier last one.",
            f"{first} 至 {last} 不在 1 至 {MONTHS_MAX} 个月之间，请调整起止月份。",
        )


@dataclass(frozen=True)
class Wanted:
    """A range of months, and one programme or "" for all."""

    first: Month
    last: Month
    programme: str = ""

    @property
    def months(self) -> list[str]:
        """Every month of the range, the first first."""
        count = _number(self.last) - _number(self.first) + 1
        return [str(self.last.minus(back)) for back in range(count - 1, -1, -1)]


def wanted(session: Session, from_month: str, to_month: str, programme: str) -> Wanted:
    """Return what is asked for; the twelve months up to the last one counted if nothing is said.

    Raises BadMonth, BadRange, NotFound.
    """
    if programme and programme not in rules().programmes:
        raise NotFound("programme")
    oldest, newest = session.execute(
        select(func.min(OverviewCount.month), func.max(OverviewCount.month))
    ).one()
    last = Month.parse(to_month or newest or str(Month.of(clock.today())))
    first = last.minus(_MONTHS - 1)
    if from_month:
        first = Month.parse(from_month)
    elif oldest and not to_month:
        first = max(first, Month.parse(oldest))
    if not 0 <= _number(last) - _number(first) < MONTHS_MAX:
        raise BadRange(first, last)
    return Wanted(first, last, programme)


def _number(month: Month) -> int:
    return month.year * 12 + month.month

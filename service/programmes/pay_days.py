"""Until when a month's list has to be paid: the law's day, or the last working day before it."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from eligibility_rules import Programme
from service.foundation.months import Month
from service.foundation.working_days import WorkingCalendar, working_day_by


@dataclass(frozen=True)
class PayDay:
    """``by`` is the last day on which offices and banks work, ``law`` the day that the rule names."""

    by: date
    law: date
    unknown_years: tuple[int, ...]
    """Years whose holidays nobody has announced yet; their weekends were counted."""

    @property
    def is_before_holiday(self) -> bool:
        """Whether the rule's own day is no working day."""
        return self.by < self.law


def pay_day(
    programme: Programme, month: Month, *, by: WorkingCalendar | None = None
) -> PayDay | None:
    """Return until when a list of ``month`` is to be paid; None where no rule says so.

    A rule that names a day of one month of the year says nothing about lists made after it.
    """
    until = programme.pay_until
    if until is None or (until.month and month.month > until.month):
        return None
    of = until.month or month.month
    law = date(month.year, of, min(until.day, monthrange(month.year, of)[1]))
    found = working_day_by(law, by=by)
    return PayDay(found.last, law, found.unknown_years)

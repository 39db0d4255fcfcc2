"""Which days a bank executes payments on, and until when of a day it takes files.

Pure: instants are aware, days are civil dates in Asia/Shanghai. A bank works when offices do, also
on the weekend days worked for a longer holiday, unless it agreed otherwise.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from service.foundation.clock import SHANGHAI, civil
from service.foundation.working_days.calendar import WorkingCalendar, calendar

FIXED_BY_LAW = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})
"""Month and day of the holidays that fall on the same civil dates every year."""
_DAYS_MAX = 400
"""No bank is shut for longer; a table that says so is broken."""


class NeverOpen(ValueError):
    """A bank's terms leave no day on which it executes."""


@dataclass(frozen=True)
class BankHours:
    """When one bank executes: its days, and until what time of them it takes files."""

    cut_off: time | None = None
    """Until when a file is taken for the same day, this second included; None: until midnight."""
    apart_seconds: int = 300
    """How far the bank's clock and ours may be apart, the way of a file included."""
    every_day: bool = False
    """It executes on every day of the year, holidays too."""
    closed: frozenset[date] = frozenset()
    """Days of its own on which it executes nothing."""

    @property
    def apart(self) -> timedelta:
        """How long before and after a cut-off nobody knows which day the bank counts."""
        return timedelta(seconds=self.apart_seconds if self.cut_off is not None else 0)


@dataclass(frozen=True)
class BankDay:
    """A day on which a bank executes, and the years looked at whose days off nobody announced."""

    day: date
    unknown_years: tuple[int, ...] = ()


def is_banking_day(day: date, hours: BankHours, *, by: WorkingCalendar | None = None) -> bool:
    """Return whether a bank executes on a day.

    In a year that the calendar does not know, the holidays fixed by law on civil dates are closed;
    those that follow the moon are not known, and :func:`is_known` says so.
    """
    if day in hours.closed:
        return False
    if hours.every_day:
        return True
    known = by or calendar()
    if not known.knows(day) and (day.month, day.day) in FIXED_BY_LAW:
        return False
    return known.is_working(day)


def is_known(day: date, hours: BankHours, *, by: WorkingCalendar | None = None) -> bool:
    """Return whether it is certain that a bank is open or shut on a day."""
    return hours.every_day or day in hours.closed or (by or calendar()).knows(day)


def first_from(day: date, hours: BankHours, *, by: WorkingCalendar | None = None) -> BankDay:
    """Return the first banking day on or after ``day``. Raises NeverOpen."""
    unknown = set[int]()
    for ahead in range(_DAYS_MAX):
        found = day + timedelta(days=ahead)
        if not is_known(found, hours, by=by):
            unknown.add(found.year)
        if is_banking_day(found, hours, by=by):
            return BankDay(found, tuple(sorted(unknown)))
    raise NeverOpen(f"no banking day within {_DAYS_MAX} days after {day}")


def first_after(day: date, hours: BankHours, *, by: WorkingCalendar | None = None) -> BankDay:
    """Return the next banking day after ``day``. Raises NeverOpen."""
    return first_from(day + timedelta(days=1), hours, by=by)


def nth_after(
    day: date, count: int, hours: BankHours, *, by: WorkingCalendar | None = None
) -> date:
    """Return the last of ``count`` banking days after ``day``; none end on ``day`` itself."""
    found, left = day, count
    while left > 0:
        found += timedelta(days=1)
        left -= is_banking_day(found, hours, by=by)
    return found


def last_before(day: date, hours: BankHours, *, by: WorkingCalendar | None = None) -> date:
    """Return the last banking day before ``day``. Raises NeverOpen."""
    for back in range(1, _DAYS_MAX):
        if is_banking_day(day - timedelta(days=back), hours, by=by):
            return day - timedelta(days=back)
    raise NeverOpen(f"no banking day within {_DAYS_MAX} days before {day}")


def day_of(instant: datetime, hours: BankHours, *, by: WorkingCalendar | None = None) -> BankDay:
    """Return the day on which the bank executes what leaves us at ``instant``.

    What leaves in the minutes in which the two clocks may disagree counts for the later day.
    """
    here = civil(instant)
    found = first_from(here.date(), hours, by=by)
    if found.day == here.date() and not _reaches(here, found.day, hours):
        later = first_after(found.day, hours, by=by)
        years = {*found.unknown_years, *later.unknown_years}
        return BankDay(later.day, tuple(sorted(years)))
    return found


def takes_until(day: date, hours: BankHours) -> datetime:
    """Return the last instant at which what leaves us is surely executed on ``day``."""
    if hours.cut_off is None:
        midnight = datetime.combine(day + timedelta(days=1), time(), tzinfo=SHANGHAI)
        return midnight - timedelta(microseconds=1)
    return datetime.combine(day, hours.cut_off, tzinfo=SHANGHAI) - hours.apart


def takes_from(day: date, hours: BankHours, *, by: WorkingCalendar | None = None) -> datetime:
    """Return the first instant from which what leaves us is surely not executed before ``day``."""
    before = last_before(day, hours, by=by)
    if hours.cut_off is None:
        return datetime.combine(before + timedelta(days=1), time(), tzinfo=SHANGHAI)
    over = datetime.combine(before, hours.cut_off, tzinfo=SHANGHAI)
    return over + hours.apart + timedelta(seconds=1)


def _reaches(here: datetime, day: date, hours: BankHours) -> bool:
    return here <= takes_until(day, hours)

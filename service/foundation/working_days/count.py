"""Count days from the day after, natural or working ones, and go back to the last working day."""

from dataclasses import dataclass
from datetime import date, timedelta

from service.foundation.working_days.calendar import WorkingCalendar, calendar


@dataclass(frozen=True)
class Counted:
    """The last day of a period, and the years whose days off nobody has announced yet."""

    last: date
    unknown_years: tuple[int, ...] = ()


def working_day_by(day: date, *, by: WorkingCalendar | None = None) -> Counted:
    """Return the last working day on or before ``day``: what falls on a holiday is done before it.

    A year that the calendar does not know has its weekends off only, and is named in the answer.
    """
    known = by or calendar()
    found, unknown = day, set[int]()
    while True:
        if not known.knows(found):
            unknown.add(found.year)
        if known.is_working(found):
            return Counted(found, tuple(sorted(unknown)))
        found -= timedelta(days=1)


def last_day(
    after: date, days: int, *, working: bool, by: WorkingCalendar | None = None
) -> Counted:
    """Return the last of ``days`` days, the first being the day after ``after``.

    No days end on ``after`` itself. In working days a year that the calendar does not know counts
    its weekends only, and is named in the answer.
    """
    if not working:
        return Counted(after + timedelta(days=days))
    known = by or calendar()
    day, left, unknown = after, days, set[int]()
    while left > 0:
        day += timedelta(days=1)
        if not known.knows(day):
            unknown.add(day.year)
        left -= known.is_working(day)
    return Counted(day, tuple(sorted(unknown)))


def working_days_after(day: date, last: date, *, by: WorkingCalendar | None = None) -> int:
    """Return how many working days lie after ``day`` up to and with ``last``; 0 when it is not later."""
    known = by or calendar()
    days = (last - day).days
    return sum(known.is_working(day + timedelta(days=ahead)) for ahead in range(1, days + 1))


def working_days_ago(count: int, day: date, *, by: WorkingCalendar | None = None) -> date:
    """Return the latest day that is at least ``count`` working days before ``day``."""
    known = by or calendar()
    found = day
    while count > 0:
        count -= known.is_working(found)
        found -= timedelta(days=1)
    return found

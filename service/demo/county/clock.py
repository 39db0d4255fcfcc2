"""The two months a synthetic county is told in, and calendar arithmetic by whole years and months."""

import random
import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

_MONTH = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")


@dataclass(frozen=True)
class Clock:
    """The earlier and the later month of the deliveries, with one random stream per topic."""

    seed: int
    month: str
    earlier_start: date
    earlier_end: date
    start: date
    end: date

    def rng(self, topic: str) -> random.Random:
        """Return the stream of a topic: adding people to one topic never disturbs another."""
        return random.Random(f"{self.seed}/{self.month}/{topic}")

    def folder(self, snap: int) -> str:
        """Return the delivery folder's name: 0 is the earlier month, 1 the later one."""
        return f"{(self.earlier_start, self.start)[snap]:%Y-%m}"

    def month_end(self, snap: int) -> date:
        """Return the last day of the earlier (0) or later (1) month."""
        return (self.earlier_end, self.end)[snap]


@dataclass(frozen=True)
class Window:
    """What one delivery of one feed may know: everything up to `upto`, news only after `after`."""

    snap: int
    after: date
    upto: date

    def is_news(self, known: date) -> bool:
        """Return whether an incremental delivery of this window carries a fact known that day."""
        return self.after < known <= self.upto


def read_clock(month: str, seed: int) -> Clock:
    """Read a month written YYYY-MM; raises ValueError for anything else."""
    found = _MONTH.fullmatch(month)
    if found is None:
        raise ValueError(f"The month {month!r} is not written as YYYY-MM (e.g. 2026-10).")
    year, number = int(found[1]), int(found[2])
    start = date(year, number, 1)
    end = date(year, number, monthrange(year, number)[1])
    earlier_end = start - timedelta(days=1)
    return Clock(seed, month, earlier_end.replace(day=1), earlier_end, start, end)


def years_before(day: date, years: int) -> date:
    """Return the same day some years earlier (29 February falls back to the 28th)."""
    year = day.year - years
    return date(year, day.month, min(day.day, monthrange(year, day.month)[1]))


def age_on(birth: date, day: date) -> int:
    """Return the completed years of age on a day."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def some_day(rng: random.Random, first: date, last: date) -> date:
    """Return a day between two days, both included."""
    return date.fromordinal(rng.randint(first.toordinal(), max(first, last).toordinal()))

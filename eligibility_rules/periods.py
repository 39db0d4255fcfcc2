"""What a payment is for: the month, quarter, half-year, semester, school or calendar year of a pay month.

The autumn semester runs from September to February, the spring semester from March to August; a
school year is both (学年, from 1 September).
"""

from collections.abc import Callable
from datetime import date
from enum import StrEnum

from eligibility_rules.month import Month

ONCE = "once"
"""The period of what is paid once in a life."""


FIRST, LAST = Month(1900, 1), Month(2199, 12)
"""The first and last pay month; a school year that begins before or ends after is cut there."""


class Frequency(StrEnum):
    """How often a programme pays one subject: at most once a period."""

    MONTHLY = "monthly"
    TRIGGERED_MONTHLY = "triggered_monthly"
    EVENT = "event"
    QUARTERLY = "quarterly"
    SEMIANNUAL = "semiannual"
    SEMESTER = "semester"
    SCHOOL_YEAR = "school_year"
    ANNUAL = "annual"
    ONE_OFF = "one_off"

    @property
    def months(self) -> int:
        """How many months a period has; 0 for a period without end."""
        return _MONTHS.get(self, 1)


_MONTHS = {
    Frequency.QUARTERLY: 3,
    Frequency.SEMIANNUAL: 6,
    Frequency.SEMESTER: 6,
    Frequency.SCHOOL_YEAR: 12,
    Frequency.ANNUAL: 12,
    Frequency.ONE_OFF: 0,
}
_FIRST_MONTH = {Frequency.SEMESTER: 3, Frequency.SCHOOL_YEAR: 9}


def first_month(frequency: Frequency, month: Month) -> Month:
    """The month in which the period of a pay month begins."""
    return _counted(_begun(frequency, month))


def last_month(frequency: Frequency, month: Month) -> Month:
    """The month with which the period of a pay month ends."""
    return _counted(_begun(frequency, month) + max(frequency.months, 1) - 1)


def place_in_period(frequency: Frequency, month: Month) -> int:
    """Which month of its period a pay month is, counted from 1."""
    return _count(month) - _begun(frequency, month) + 1


def _begun(frequency: Frequency, month: Month) -> int:
    """The first month of a period as a number; it may lie before the first pay month there is."""
    count, length = _count(month), frequency.months
    return count if length <= 1 else count - (count - _FIRST_MONTH.get(frequency, 1) + 1) % length


def _count(month: Month) -> int:
    return month.year * 12 + month.number - 1


def _counted(count: int) -> Month:
    """The month of a number, kept between the first and the last pay month there is."""
    kept = min(max(count, _count(FIRST)), _count(LAST))
    return Month(kept // 12, kept % 12 + 1)


def period_text(frequency: Frequency, month: Month) -> str:
    """The period as it is kept and sorted: `2026-10`, `2026-Q4`, `2026-H2`, `2026`, `once`.

    A semester is named after the calendar year in which its school year began: `2026-S1` is the
    autumn of 2026, `2026-S2` the spring of 2027; `2026-SY` is the whole school year.
    """
    if frequency is Frequency.ONE_OFF:
        return ONCE
    write = _TEXTS.get(frequency)
    return str(month) if write is None else write(first_month(frequency, month))


def _school_year(first: Month) -> str:
    return f"{first.year if first.number >= 9 else first.year - 1:04d}"


def _semester(first: Month) -> str:
    return f"{_school_year(first)}-{'S2' if first.number == 3 else 'S1'}"


_TEXTS: dict[Frequency, Callable[[Month], str]] = {
    Frequency.QUARTERLY: lambda first: f"{first.year:04d}-Q{first.number // 3 + 1}",
    Frequency.SEMIANNUAL: lambda first: f"{first.year:04d}-H{first.number // 6 + 1}",
    Frequency.SEMESTER: _semester,
    Frequency.SCHOOL_YEAR: lambda first: f"{_school_year(first)}-SY",
    Frequency.ANNUAL: lambda first: f"{first.year:04d}",
}

_PERIOD_WORDS = {
    "quarter": Frequency.QUARTERLY,
    "half_year": Frequency.SEMIANNUAL,
    "semester": Frequency.SEMESTER,
    "school_year": Frequency.SCHOOL_YEAR,
}
PERIOD_WORDS = tuple(f"{word}_{end}" for word in _PERIOD_WORDS for end in ("start", "end"))
"""Calendar words of the language such as `semester_start`."""


def period_day(word: str, month: Month) -> date:
    """The day that a word of PERIOD_WORDS names in a pay month."""
    name, _, end = word.rpartition("_")
    frequency = _PERIOD_WORDS[name]
    if end == "start":
        return first_month(frequency, month).first_day
    return last_month(frequency, month).last_day

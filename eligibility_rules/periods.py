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
    length = frequency.months
    if length <= 1:
        return month
    since = _FIRST_MONTH.get(frequency, 1) - 1
    count = month.year * 12 + month.number - 1
    begun = count - (count - since) % length
    return Month(begun // 12, begun % 12 + 1)


def last_month(frequency: Frequency, month: Month) -> Month:
    """The month with which the period of a pay month ends."""
    first = first_month(frequency, month)
    count = first.year * 12 + first.number - 1 + max(frequency.months, 1) - 1
    return Month(count // 12, count % 12 + 1)


def place_in_period(frequency: Frequency, month: Month) -> int:
    """Which month of its period a pay month is, counted from 1."""
    first = first_month(frequency, month)
    return (month.year - first.year) * 12 + month.number - first.number + 1


def period_text(frequency: Frequency, month: Month) -> str:
    """The period as it is kept and sorted: `2026-10`, `2026-Q4`, `2026-H2`, `2026`, `once`.

    A semester is named after the calendar year in which its school year began: `2026-S1` is the
    autumn of 2026, `2026-S2` the spring of 2027; `2026-SY` is the whole school year.
    """
    if frequency is Frequency.ONE_OFF:
        return ONCE
    write = _TEXTS.get(frequency)
    return str(month) if write is None else write(first_month(frequency, month))


def _semester(first: Month) -> str:
    return f"{first.year:04d}-S1" if first.number == 9 else f"{first.year - 1:04d}-S2"


_TEXTS: dict[Frequency, Callable[[Month], str]] = {
    Frequency.QUARTERLY: lambda first: f"{first.year:04d}-Q{first.number // 3 + 1}",
    Frequency.SEMIANNUAL: lambda first: f"{first.year:04d}-H{first.number // 6 + 1}",
    Frequency.SEMESTER: _semester,
    Frequency.SCHOOL_YEAR: lambda first: f"{first.year:04d}-SY",
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

"""A pay month: the unit of time in which every rule is asked."""

import calendar
import re
from dataclasses import dataclass
from datetime import date

from eligibility_rules.errors import RuleFault
from eligibility_rules.words import Words, printable

_TEXT = re.compile(r"([0-9]{4})-([0-9]{2})")


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month such as 2026-10; ordered by time."""

    year: int
    number: int

    def __post_init__(self) -> None:
        if not (1900 <= self.year <= 2199 and 1 <= self.number <= 12):
            said = f"{self.year}-{self.number}"
            raise RuleFault(
                "month_invalid",
                Words(
                    f"{said} 不是1900年至2199年间的月份。",
                    f"{said} is not a month between 1900 and 2199.",
                ),
            )

    @classmethod
    def parse(cls, text: str) -> "Month":
        """Read `2026-10`; raises RuleFault month_invalid for anything else."""
        found = _TEXT.fullmatch(text)
        if found is None:
            shown = printable(text)
            raise RuleFault(
                "month_invalid",
                Words(
                    f"“{shown}” 不是月份，应写作 2026-10 的形式。",
                    f'"{shown}" is not a month written like 2026-10.',
                ),
            )
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def of(cls, day: date) -> "Month":
        """The month in which a day lies."""
        return cls(day.year, day.month)

    @property
    def first_day(self) -> date:
        return date(self.year, self.number, 1)

    @property
    def last_day(self) -> date:
        return date(self.year, self.number, calendar.monthrange(self.year, self.number)[1])

    @property
    def previous(self) -> "Month":
        return Month(self.year - 1, 12) if self.number == 1 else Month(self.year, self.number - 1)

    @property
    def next(self) -> "Month":
        return Month(self.year + 1, 1) if self.number == 12 else Month(self.year, self.number + 1)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"

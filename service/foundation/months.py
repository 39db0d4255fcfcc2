"""A pay month: the civil month a payment is for."""

import calendar
import re
from dataclasses import dataclass
from datetime import date

from service.foundation.problems import Problem


class BadMonth(Problem):
    """The text is not a month."""

    code = "bad_month"
    status = 422
    title = "That is not a month"

    def __init__(self, text: str) -> None:
        if not text:
            super().__init__("No month is named.", "没有写明月份。")
            return
        super().__init__(
            f"“{text[:20]}” is not a month; write it like 2026-10.",
            f"“{text[:20]}”不是月份，请写成 2026-10 的形式。",
        )


@dataclass(frozen=True, order=True)
class Month:
    """A civil month, for example ``Month(2026, 10)``, written 2026-10."""

    year: int
    month: int

    @classmethod
    def parse(cls, text: str) -> "Month":
        """Read ``2026-10``; raises :class:`BadMonth`."""
        found = re.fullmatch(r"([0-9]{4})-(0[1-9]|1[0-2])", text)
        if not found or not 1990 <= int(found[1]) <= 2200:
            raise BadMonth(text)
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def of(cls, day: date) -> "Month":
        return cls(day.year, day.month)

    @property
    def first_day(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def last_day(self) -> date:
        return date(self.year, self.month, calendar.monthrange(self.year, self.month)[1])

    def minus(self, months: int) -> "Month":
        """Return the month so many months before."""
        year, month = divmod(self.year * 12 + self.month - 1 - months, 12)
        return Month(year, month + 1)

    @property
    def previous(self) -> "Month":
        return Month(self.year - 1, 12) if self.month == 1 else Month(self.year, self.month - 1)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"

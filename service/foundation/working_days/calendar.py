"""Read the calendar of working days from the file beside this one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).with_name("calendar.yaml")
_SATURDAY = 5


class CalendarBroken(ValueError):
    """The calendar's file says something impossible; the sentence names the file and the day."""


@dataclass(frozen=True)
class WorkingCalendar:
    """Which days are worked; years without an announcement have their weekends off and no more."""

    known_years: frozenset[int]
    off: frozenset[date]
    worked: frozenset[date]
    """Saturdays and Sundays worked in exchange for a longer holiday."""
    sources: Mapping[int, str] = field(default_factory=dict)

    def knows(self, day: date) -> bool:
        """Return whether the days off of this day's year are known."""
        return day.year in self.known_years

    def is_working(self, day: date) -> bool:
        """Return whether offices are open on a day."""
        if day in self.off:
            return False
        return day in self.worked or day.weekday() < _SATURDAY


@lru_cache(maxsize=1)
def calendar() -> WorkingCalendar:
    """Return the calendar in use; raises :class:`CalendarBroken`."""
    return read_calendar(FILE.read_text(encoding="utf-8"), FILE.name)


def read_calendar(text: str, file: str) -> WorkingCalendar:
    """Read a calendar's text; raises :class:`CalendarBroken`."""
    try:
        years: dict[int, dict[str, Any]] = yaml.safe_load(text)
        off: set[date] = set()
        worked: set[date] = set()
        for year, said in years.items():
            for one in said.get("holidays", ()):
                off |= _days(file, year, one["from"], one["to"])
            for day in said.get("worked", ()):
                if not isinstance(day, date) or day.weekday() < _SATURDAY or day.year != year:
                    raise CalendarBroken(f"{file}: {day} is no weekend day of {year}.")
                worked.add(day)
        sources = {year: f"{said['source']} [{said['evidence']}]" for year, said in years.items()}
    except (AttributeError, KeyError, TypeError, yaml.YAMLError) as problem:
        raise CalendarBroken(f"{file}: cannot be read ({problem}).") from problem
    if off & worked:
        raise CalendarBroken(f"{file}: {min(off & worked)} is both off and worked.")
    known = frozenset(year for year, said in years.items() if said.get("holidays"))
    return WorkingCalendar(known, frozenset(off), frozenset(worked), sources)


def _days(file: str, year: int, first: date, last: date) -> set[date]:
    if not first <= last or first.year != year or last.year != year:
        raise CalendarBroken(f"{file}: {first} to {last} is no holiday within {year}.")
    return {first + timedelta(days=n) for n in range((last - first).days + 1)}

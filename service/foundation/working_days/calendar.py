"""Read the calendar of working days from the file beside this one, and the county's own years.

The State Council announces the days off of a year in the November before it. A county writes the
notice's table into a file of its own (`ANXIN_COUNTY_CALENDAR`), in the same form, and needs no
release for it; its years replace ours.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from service.foundation.not_opened import why_not_opened
from service.foundation.problems import Problem
from service.foundation.settings import settings

FILE = Path(__file__).with_name("calendar.yaml")
_SATURDAY = 5
_DECEMBER = 12


class CalendarBroken(Problem, ValueError):
    """A calendar's file says something impossible; the sentence names the file and the day."""

    code = "calendar_broken"
    status = 500
    title = "The calendar of working days cannot be used"

    def __init__(self, file: str, why: str, why_zh: str) -> None:
        super().__init__(f"{file}: {why}.", f"{file}：{why_zh}。")


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


def calendar() -> WorkingCalendar:
    """Return the calendar in use, the county's years over ours; raises :class:`CalendarBroken`.

    A county's file that is changed counts from then on; nothing needs to be started again.
    """
    county = settings().county_calendar
    if county is None:
        return _ours()
    try:
        told = county.stat()
        return _with(county, told.st_mtime_ns, told.st_size)
    except OSError as error:
        why, why_zh = why_not_opened(error)
        raise CalendarBroken(
            str(county), f"cannot be read ({why})", f"无法读取（{why_zh}）"
        ) from None


@lru_cache(maxsize=1)
def _ours() -> WorkingCalendar:
    return read_calendar(FILE.read_text(encoding="utf-8"), FILE.name)


@lru_cache(maxsize=1)
def _with(county: Path, _changed_ns: int, _size: int) -> WorkingCalendar:
    ours, own = _ours(), read_calendar(county.read_text(encoding="utf-8"), county.name)
    return replace(
        ours,
        known_years=ours.known_years - own.sources.keys() | own.known_years,
        off=frozenset(day for day in ours.off if day.year not in own.sources) | own.off,
        worked=frozenset(day for day in ours.worked if day.year not in own.sources) | own.worked,
        sources={**ours.sources, **own.sources},
    )


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
                if not isinstance(day, date) or day.weekday() < _SATURDAY or not _within(day, year):
                    raise CalendarBroken(
                        file, f"{day} is no weekend day of {year}", f"{day} 不是 {year} 年的周末"
                    )
                worked.add(day)
        sources = {year: f"{said['source']} [{said['evidence']}]" for year, said in years.items()}
    except (AttributeError, KeyError, TypeError, yaml.YAMLError) as problem:
        raise CalendarBroken(
            file, f"cannot be read ({problem})", f"无法读取（{problem}）"
        ) from None
    if off & worked:
        both = min(off & worked)
        raise CalendarBroken(file, f"{both} is both off and worked", f"{both} 既放假又上班")
    known = frozenset(year for year, said in years.items() if said.get("holidays"))
    return WorkingCalendar(known, frozenset(off), frozenset(worked), sources)


def _within(day: date, year: int) -> bool:
    """Tell whether a year's notice may speak of a day: New Year's holiday may begin in December."""
    return day.year == year or (day.year, day.month) == (year - 1, _DECEMBER)


def _days(file: str, year: int, first: date, last: date) -> set[date]:
    if not first <= last or not _within(first, year) or last.year != year:
        raise CalendarBroken(
            file,
            f"{first} to {last} is no holiday within {year}",
            f"{first} 至 {last} 不是 {year} 年内的假期",
        )
    return {first + timedelta(days=n) for n in range((last - first).days + 1)}

"""Say periods and days in a sentence: 2026年10月, October 2026."""

from datetime import date
from functools import lru_cache

from babel.dates import format_date

_PARTS = {
    "Q1": ("年第一季度", "first quarter of"),
    "Q2": ("年第二季度", "second quarter of"),
    "Q3": ("年第三季度", "third quarter of"),
    "Q4": ("年第四季度", "fourth quarter of"),
    "H1": ("年上半年", "first half of"),
    "H2": ("年下半年", "second half of"),
    "S1": ("学年秋季学期", "autumn semester of"),
    "S2": ("学年春季学期", "spring semester of"),
    "SY": ("学年", "school year"),
}


def spoken_period(period: str, language: str) -> str:
    """Return a period of a payment (``2026-10``, ``2026-Q4``, ``2026`` …) in ``zh`` or ``en``."""
    if period == "once":
        return "一次性" if language == "zh" else "once"
    year, _, part = period.partition("-")
    if not part:
        return f"{period}年" if language == "zh" else period
    if part in _PARTS:
        zh, en = _PARTS[part]
        span = f"{year}-{int(year) + 1}" if part[0] == "S" else year
        return f"{span}{zh}" if language == "zh" else f"{en} {span}"
    # Rules can be asked about months long before and after those that are paid.
    first = date(int(year), int(part), 1)
    if language == "zh":
        return f"{first.year}年{first.month}月"
    return _english(first, "MMMM yyyy")


def spoken_day(day: date, language: str) -> str:
    """Return a civil date in ``zh`` or ``en``."""
    if language == "zh":
        return f"{day.year}年{day.month}月{day.day}日"
    return _english(day, "d MMMM yyyy")


@lru_cache(maxsize=1_024)
def _english(day: date, pattern: str) -> str:
    return str(format_date(day, pattern, locale="en"))

"""Say periods and days in a sentence: 2026年10月, October 2026."""

from datetime import date

from babel.dates import format_date

from service.foundation.months import Month


def spoken_period(period: str, language: str) -> str:
    """Return ``2026-10`` as a month and ``2026`` as a year, in ``zh`` or ``en``."""
    if "-" not in period:
        return f"{period}年" if language == "zh" else period
    month = Month.parse(period)
    if language == "zh":
        return f"{month.year}年{month.month}月"
    return str(format_date(month.first_day, "MMMM yyyy", locale="en"))


def spoken_day(day: date, language: str) -> str:
    """Return a civil date in ``zh`` or ``en``."""
    if language == "zh":
        return f"{day.year}年{day.month}月{day.day}日"
    return str(format_date(day, "d MMMM yyyy", locale="en"))

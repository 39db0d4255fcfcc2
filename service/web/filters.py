"""How values are written on pages: money, dates, and names that are not shown in full."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from babel.dates import format_date

from service.foundation import clock, money
from service.foundation.months import Month
from service.web.here import visit
from service.web.language import gettext

NONE = "—"


def yuan(amount_fen: int | None) -> str:
    """Return whole fen as ``7,231,950.50``; a dash for none."""
    return NONE if amount_fen is None else money.yuan(amount_fen)


def capitals(amount_fen: int) -> str:
    """Return whole fen in the capital numerals of Chinese vouchers."""
    return money.capitals(amount_fen)


def sentences(said: Iterable[str]) -> str:
    """Return sentences as one text: English keeps a space between two, Chinese none."""
    return ("" if visit().language == "zh" else " ").join(filter(None, said))


def number(count: int | None) -> str:
    """Return a count with separators."""
    return NONE if count is None else f"{count:,}"


def percent(basis_points: int | None) -> str:
    """Return hundredths of a percent as ``12.5%``."""
    if basis_points is None:
        return NONE
    return f"{(Decimal(basis_points) / 100).normalize():f}%"


def day(value: date | datetime | None) -> str:
    """Return a civil date for a table: ``2026-10-08``."""
    if value is None:
        return NONE
    return _civil_date(value).isoformat()


def long_day(value: date | datetime | None) -> str:
    """Return a civil date for a sentence: ``2026年10月8日``, ``8 October 2026``."""
    if value is None:
        return NONE
    if visit().language == "zh":
        return str(format_date(_civil_date(value), "yyyy年M月d日", locale="zh_CN"))
    return str(format_date(_civil_date(value), "d MMMM yyyy", locale="en"))


def moment(value: datetime | None) -> str:
    """Return an instant as the county's clocks show it: ``2026-10-08 14:05``."""
    return NONE if value is None else clock.civil(value).strftime("%Y-%m-%d %H:%M")


def month_name(value: Month | None) -> str:
    """Return a pay month: ``2026年10月``, ``October 2026``."""
    if value is None:
        return NONE
    if visit().language == "zh":
        return f"{value.year}年{value.month}月"
    return str(format_date(value.first_day, "MMMM yyyy", locale="en"))


def masked_name(name: str | None) -> str:
    """Return a name of which only the first character is shown: ``王**``."""
    return f"{name[0]}{'*' * max(len(name) - 1, 1)}" if name else NONE


def ending(tail: str | None) -> str:
    """Return what is shown of an account or an ID number: ``ending 1186``."""
    return gettext("ending %(tail)s") % {"tail": tail} if tail else NONE


def _civil_date(value: date | datetime) -> date:
    return clock.civil(value).date() if isinstance(value, datetime) else value


FILTERS = {
    "yuan": yuan,
    "capitals": capitals,
    "number": number,
    "percent": percent,
    "day": day,
    "long_day": long_day,
    "moment": moment,
    "month_name": month_name,
    "masked_name": masked_name,
    "ending": ending,
    "sentences": sentences,
}

"""Turn a workbook's day numbers into civil dates, without a float."""

from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from service.foundation.spreadsheets.cells import Typed

# Day 1 is 1900-01-01, but the calendar of workbooks has a 29 February 1900 (day 60) that never
# was (ECMA-376 part 1, 18.17.4.1), so from day 61 on the count starts one day earlier.
_EPOCH_1900 = date(1899, 12, 31)
_EPOCH_1904 = date(1904, 1, 1)
_FALSE_LEAP_DAY = 60
_DAY_MAX = 2_958_465
"""9999-12-31, the last day a workbook knows."""
_SECONDS = 86_400


def date_of(value: str, *, from_1904: bool) -> Typed:
    """Return the date cell of a day number; what is no date stays the number it is."""
    try:
        number = Decimal(value)
    except InvalidOperation:
        return Typed("number", value)
    if not number.is_finite() or not 1 <= number <= _DAY_MAX:
        return Typed("number", value)
    day = int(number)
    seconds = int(((number - day) * _SECONDS).to_integral_value())
    if seconds == _SECONDS:
        day, seconds = day + 1, 0
    if from_1904:
        if day > _DAY_MAX - 1_462:
            return Typed("number", value)
        civil = _EPOCH_1904 + timedelta(days=day)
    elif day == _FALSE_LEAP_DAY or day > _DAY_MAX:
        return Typed("number", value)
    else:
        civil = _EPOCH_1900 + timedelta(days=day - (day > _FALSE_LEAP_DAY))
    if not seconds:
        return Typed("date", civil.isoformat())
    clock = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return Typed("date", f"{civil.isoformat()}T{clock}")

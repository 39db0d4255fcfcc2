"""Turn what a database answers into the texts a department would have written, exactly."""

from datetime import date, datetime, time
from decimal import Decimal
from uuid import UUID

# pg_type: float4, float8 and money, whose text depends on rounding or on the server's language.
INEXACT = frozenset({700, 701, 790})


def text_of(value: object) -> str | None:
    """Return the exact text of a value, empty for NULL; None when there is none.

    >>> text_of(Decimal("1E+2")), text_of(date(2026, 11, 1)), text_of(True), text_of(None)
    ('100', '2026-11-01', '是', '')
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Decimal):
        return _text_of_decimal(value) if value.is_finite() else None
    return _text_of_time(value)


def _text_of_decimal(value: Decimal) -> str:
    """Return plain digits without the zeros that a column's scale adds: 0.1000 is 0.1."""
    plain = format(value, "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def _text_of_time(value: object) -> str | None:
    if isinstance(value, datetime):
        is_a_day = value.time() == time() and value.tzinfo is None
        return value.date().isoformat() if is_a_day else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else None

"""The kinds of value a rule may speak of, and the range a whole number may take.

Money is whole fen, area thousandths of a 亩, a rate hundredths of a percent: integers only, because
integer arithmetic is the only one on which every engine agrees to the fen.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from eligibility_rules.words import Words

Value = bool | int | str | date | None
"""A value of a fact or of an expression; None is unknown."""


class Kind(StrEnum):
    """What an expression stands for; kinds never mix without a named function."""

    BOOL = "bool"
    INT = "int"
    MONEY = "money"
    AREA = "area"
    RATE = "rate"
    DATE = "date"
    EVENT = "event"
    CODE = "code"

    @property
    def is_number(self) -> bool:
        return self in {Kind.INT, Kind.MONEY, Kind.AREA, Kind.RATE}

    @property
    def spoken(self) -> Words:
        """How a fault sentence calls this kind."""
        return _SPOKEN[self]

    @property
    def column_suffix(self) -> str:
        """The unit at the end of the Parquet column name."""
        return _SUFFIX.get(self, "")

    @property
    def duckdb_type(self) -> str:
        if self.is_number:
            return "BIGINT"
        return {Kind.BOOL: "BOOLEAN", Kind.CODE: "VARCHAR"}.get(self, "DATE")


_SPOKEN = {
    Kind.BOOL: Words("是或否", "a yes or no"),
    Kind.INT: Words("整数", "a whole number"),
    Kind.MONEY: Words("金额", "money"),
    Kind.AREA: Words("面积", "an area"),
    Kind.RATE: Words("百分比", "a percentage"),
    Kind.DATE: Words("日期", "a date"),
    Kind.EVENT: Words(
        "可能从未发生的事件日期", "the date of an event that may never have happened"
    ),
    Kind.CODE: Words("代码", "a code"),
}
_SUFFIX = {Kind.MONEY: "_fen", Kind.AREA: "_milli_mu", Kind.RATE: "_bp"}


@dataclass(frozen=True, slots=True)
class Span:
    """The smallest and the largest whole number a value can be."""

    low: int
    high: int

    def __contains__(self, number: int) -> bool:
        return self.low <= number <= self.high

    def plus(self, other: "Span") -> "Span":
        return Span(self.low + other.low, self.high + other.high)

    def minus(self, other: "Span") -> "Span":
        return Span(self.low - other.high, self.high - other.low)

    def times(self, other: "Span") -> "Span":
        corners = [a * b for a in (self.low, self.high) for b in (other.low, other.high)]
        return Span(min(corners), max(corners))

    def over(self, divisor: int) -> "Span":
        return Span(self.low // divisor, -((-self.high) // divisor))

    def union(self, other: "Span") -> "Span":
        return Span(min(self.low, other.low), max(self.high, other.high))

    @property
    def fits_bigint(self) -> bool:
        """Room is kept for one doubling, which half-up division needs."""
        return self.low > -(2**61) and self.high < 2**61


DAY_FIRST = date(1800, 1, 1)
"""A date outside DAY_FIRST … DAY_LAST is a typing error somewhere and counts as unknown."""
DAY_LAST = date(9999, 12, 31)

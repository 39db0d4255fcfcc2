"""The functions of the rule language: exact literals, ages, events, and other programmes."""

import re
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation

from eligibility_rules.language.kinds import DAY_FIRST, DAY_LAST, Kind, Span
from eligibility_rules.language.names import CLOCK
from eligibility_rules.language.problems import Problem
from eligibility_rules.language.tree import (
    Age,
    AgeByMonth,
    AmountOf,
    Clock,
    Const,
    Extreme,
    Happened,
    MonthsUnder3,
    MonthsUntil,
    Node,
    Receives,
)
from eligibility_rules.words import Words, printable

_UNITS = {
    "yuan": (Kind.MONEY, 2),
    "percent": (Kind.RATE, 2),
    "mu": (Kind.AREA, 3),
}
LITERALS = frozenset({*_UNITS, "date"})
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NUMBER = re.compile(r"-?[0-9]{1,13}(\.[0-9]{1,6})?")
AMOUNT_SPAN = Span(0, 10**13)
"""What any programme may pay one subject at once, in fen."""
_AGE_SPAN = Span(-8_000, 400)
_ASOF = Clock(Kind.DATE, None, "asof")


def literal(name: str, raw: Sequence[object]) -> Node | Problem:
    """yuan(60), yuan('0.50'), percent('1.5'), mu('0.1'), date('2025-01-01')."""
    if len(raw) != 1 or isinstance(raw[0], bool) or not isinstance(raw[0], int | str):
        return Problem(
            "literal_wrong",
            Words(
                f"{name}() 须写一个常数：整数或文本",
                f"{name}() takes one literal: a whole number or a text",
            ),
        )
    text = str(raw[0])
    if name == "date":
        day = read_day(text)
        return day if isinstance(day, Problem) else Const(Kind.DATE, None, day)
    kind, places = _UNITS[name]
    units = read_units(text, places)
    return units if isinstance(units, Problem) else Const(kind, Span(units, units), units)


def read_units(text: str, places: int) -> int | Problem:
    """A decimal text as a whole number of its smallest unit; refused if digits would be lost."""
    if _NUMBER.fullmatch(text) is None:
        return _no_number(text)
    try:
        scaled = Decimal(text).scaleb(places)
    except InvalidOperation:
        return _no_number(text)
    if scaled != scaled.to_integral_value():
        shown = printable(text)
        said = Words(
            f"“{shown}” 的小数超过 {places} 位", f'"{shown}" has more than {places} decimals'
        )
        return Problem("literal_wrong", said)
    return int(scaled)


def read_day(text: str) -> date | Problem:
    """A day written 2025-01-01."""
    try:
        day = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None or not DAY_FIRST <= day <= DAY_LAST:
        shown = printable(text)
        said = Words(
            f"“{shown}” 不是日期，应写作 2025-01-01 的形式",
            f'"{shown}" is not a day written like 2025-01-01',
        )
        return Problem("literal_wrong", said)
    return day


def _no_number(text: str) -> Problem:
    shown = printable(text)
    return Problem("literal_wrong", Words(f"“{shown}” 不是数", f'"{shown}" is not a number'))


def _arguments(name: str, zh: str, en: str) -> Problem:
    return Problem("arguments_wrong", Words(f"{name}() 须写{zh}", f"{name}() takes {en}"))


def _extreme(name: str, args: Sequence[Node]) -> Node | Problem:
    if len(args) < 2 or len({node.kind for node in args}) > 1 or not args[0].kind.is_number:
        return _arguments(name, "两个以上同类的数", "two or more numbers of one kind")
    spans = [node.span for node in args if node.span is not None]
    pick = min if name == "min" else max
    span = Span(pick(one.low for one in spans), pick(one.high for one in spans))
    return Extreme(args[0].kind, span, "min" if name == "min" else "max", tuple(args))


def _age(name: str, args: Sequence[Node]) -> Node | Problem:
    if [node.kind for node in args] != [Kind.DATE]:
        return _arguments(name, "一个出生日期", "one birth date")
    if name == "age":
        return Age(Kind.INT, _AGE_SPAN, args[0], _ASOF)
    return AgeByMonth(Kind.INT, _AGE_SPAN, args[0], _ASOF)


def _months(name: str, args: Sequence[Node]) -> Node | Problem:
    if [node.kind for node in args] != [Kind.DATE, Kind.INT]:
        return _arguments(name, "一个日期和一个年份", "a date and a year")
    if name == "months_in_year_under3":
        return MonthsUnder3(Kind.INT, Span(0, 12), args[0], args[1])
    return MonthsUntil(Kind.INT, Span(0, 12), args[0], args[1])


def _happened(name: str, args: Sequence[Node]) -> Node | Problem:
    days = {"happened": 0, "happened_before": 1, "happened_by": 1, "happened_within": 2}[name]
    if [node.kind for node in args] != [Kind.EVENT, *[Kind.DATE] * days]:
        plural = "s" if days != 1 else ""
        return _arguments(name, f"一个事件和 {days} 个日期", f"an event and {days} date{plural}")
    since = args[1] if days == 2 else None
    until = args[-1] if days else None
    return Happened(Kind.BOOL, None, args[0], since, until, name == "happened_before")


def _receives(name: str, args: Sequence[Node]) -> Node | Problem:
    if len(args) != 1 or not isinstance(args[0], Const) or not isinstance(args[0].value, str):
        return _arguments(name, "一个项目代码，如 'MZ17'", "one programme code such as 'MZ17'")
    if name == "receives":
        return Receives(Kind.BOOL, None, args[0].value)
    return AmountOf(Kind.MONEY, AMOUNT_SPAN, args[0].value)


FUNCTIONS: dict[str, Callable[[str, Sequence[Node]], Node | Problem]] = {
    "min": _extreme,
    "max": _extreme,
    "age": _age,
    "age_by_month": _age,
    "months_in_year_under3": _months,
    "months_in_year_until": _months,
    "happened": _happened,
    "happened_before": _happened,
    "happened_by": _happened,
    "happened_within": _happened,
    "receives": _receives,
    "amount_of": _receives,
}
WORDS = frozenset(FUNCTIONS) | LITERALS | frozenset(CLOCK)
"""Every word with a meaning of its own in the rule language."""


def call(name: str, args: Sequence[Node]) -> Node | Problem:
    """The node of a function call, or why its arguments do not fit."""
    return FUNCTIONS[name](name, args)

"""The reference interpreter: what a bound tree means, in plain Python, one subject at a time.

Slow and obvious on purpose. Every other engine is tested against it.
"""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from eligibility_rules.language.kinds import Kind, Value
from eligibility_rules.language.tree import (
    Age,
    AgeByMonth,
    AmountOf,
    Choose,
    Compare,
    Const,
    Derived,
    Every,
    Extreme,
    FactRef,
    Floor,
    Happened,
    Modulo,
    MonthsUnder3,
    MonthsUntil,
    Node,
    Not,
    OneOf,
    Part,
    Receives,
    Scale,
    Some,
    Standing,
    StandingAmount,
    Sum,
    Times,
)

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known about one subject: its facts by name, and what else it receives."""

    fact: Callable[[str], Value]
    receives: Mapping[str, bool | None]
    amounts: Mapping[str, int | None] = field(default_factory=dict)
    standing: Mapping[str, tuple[bool | None, int | None]] = field(default_factory=dict)
    """Per rival: whether it would be due by itself, and how many fen it would pay."""


def meaning(node: Node, situation: Situation) -> Value:
    """The value of a bound tree; None is unknown."""
    return _MEANINGS[type(node)](node, situation)


def _const(node: Const, _: Situation) -> Value:
    return node.value


def _fact(node: FactRef, situation: Situation) -> Value:
    return situation.fact(node.name)


def _derived(node: Derived, situation: Situation) -> Value:
    return meaning(node.of, situation)


def _receives(node: Receives, situation: Situation) -> Value:
    return situation.receives[node.code]


def _amount_of(node: AmountOf, situation: Situation) -> Value:
    return 0 if situation.receives[node.code] is False else situation.amounts.get(node.code)


def _standing(node: Standing, situation: Situation) -> Value:
    return situation.standing.get(node.code, (None, None))[0]


def _standing_amount(node: StandingAmount, situation: Situation) -> Value:
    return situation.standing.get(node.code, (None, None))[1]


def _not(node: Not, situation: Situation) -> Value:
    value = meaning(node.item, situation)
    return None if value is None else not value


def _every(node: Every, situation: Situation) -> Value:
    values = [meaning(item, situation) for item in node.items]
    if any(value is False for value in values):
        return False
    return None if any(value is None for value in values) else True


def _some(node: Some, situation: Situation) -> Value:
    values = [meaning(item, situation) for item in node.items]
    if any(value is True for value in values):
        return True
    return None if any(value is None for value in values) else False


def _compare(node: Compare, situation: Situation) -> Value:
    left, right = meaning(node.left, situation), meaning(node.right, situation)
    if left is None or right is None:
        return None
    return _COMPARE[node.op](left, right)


def _one_of(node: OneOf, situation: Situation) -> Value:
    value = meaning(node.item, situation)
    return None if value is None else value in [option.value for option in node.options]


def _number(node: Node, situation: Situation) -> int | None:
    value = meaning(node, situation)
    return value if isinstance(value, int) else None


def _day(node: Node, situation: Situation) -> date | None:
    value = meaning(node, situation)
    return value if isinstance(value, date) else None


def _sum(node: Sum, situation: Situation) -> Value:
    left, right = _number(node.left, situation), _number(node.right, situation)
    return None if left is None or right is None else left + node.sign * right


def _times(node: Times, situation: Situation) -> Value:
    left, right = _number(node.left, situation), _number(node.right, situation)
    return None if left is None or right is None else left * right


def _scale(node: Scale, situation: Situation) -> Value:
    value, factor = _number(node.value, situation), _number(node.factor, situation)
    if value is None or factor is None:
        return None
    if node.mode == "half_up":
        return (2 * value * factor + node.divisor) // (2 * node.divisor)
    more = node.divisor - 1 if node.mode == "up" else 0
    return (value * factor + more) // node.divisor


def _floor(node: Floor, situation: Situation) -> Value:
    value = _number(node.item, situation)
    return None if value is None else value // node.divisor


def _modulo(node: Modulo, situation: Situation) -> Value:
    value = _number(node.item, situation)
    return None if value is None else value % node.divisor


def _choose(node: Choose, situation: Situation) -> Value:
    test = meaning(node.test, situation)
    if test is None:
        return None
    return meaning(node.yes if test else node.no, situation)


def _extreme(node: Extreme, situation: Situation) -> Value:
    values = [_number(item, situation) for item in node.items]
    known = [value for value in values if value is not None]
    if len(known) < len(values):
        return None
    return min(known) if node.op == "min" else max(known)


def _part(node: Part, situation: Situation) -> Value:
    day = _day(node.item, situation)
    if day is None:
        return None
    return day.year if node.part == "year" else day.month


def _yyyymmdd(day: date) -> int:
    return day.year * 10_000 + day.month * 100 + day.day


def _age(node: Age, situation: Situation) -> Value:
    birth, asof = _day(node.birth, situation), _day(node.asof, situation)
    if birth is None or asof is None:
        return None
    return (_yyyymmdd(asof) - _yyyymmdd(birth)) // 10_000


def _age_by_month(node: AgeByMonth, situation: Situation) -> Value:
    birth, asof = _day(node.birth, situation), _day(node.asof, situation)
    if birth is None or asof is None:
        return None
    return (asof.year * 12 + asof.month - birth.year * 12 - birth.month) // 12


def _months_under3(node: MonthsUnder3, situation: Situation) -> Value:
    birth, year = _day(node.birth, situation), _number(node.year, situation)
    if birth is None or year is None:
        return None
    born = birth.year * 12 + birth.month
    first, last = max(born, year * 12 + 1), min(born + 36, year * 12 + 12)
    return max(0, last - first + 1)


def _months_until(node: MonthsUntil, situation: Situation) -> Value:
    until, year = _day(node.until, situation), _number(node.year, situation)
    if until is None or year is None:
        return None
    return min(12, max(0, until.year * 12 + until.month - year * 12))


def _happened(node: Happened, situation: Situation) -> Value:
    day = _day(node.event, situation)
    if day is None:
        return False
    tests: list[bool | None] = []
    if node.since is not None:
        since = _day(node.since, situation)
        tests.append(None if since is None else since <= day)
    if node.until is not None:
        until = _day(node.until, situation)
        inside = until is not None and (day < until if node.until_open else day <= until)
        tests.append(None if until is None else inside)
    if False in tests:
        return False
    return None if None in tests else True


_MEANINGS: dict[type[Node], Callable[[Any, Situation], Value]] = {
    Const: _const,
    FactRef: _fact,
    Derived: _derived,
    Receives: _receives,
    AmountOf: _amount_of,
    Standing: _standing,
    StandingAmount: _standing_amount,
    Not: _not,
    Every: _every,
    Some: _some,
    Compare: _compare,
    OneOf: _one_of,
    Sum: _sum,
    Times: _times,
    Scale: _scale,
    Floor: _floor,
    Modulo: _modulo,
    Choose: _choose,
    Extreme: _extreme,
    Part: _part,
    Age: _age,
    AgeByMonth: _age_by_month,
    MonthsUnder3: _months_under3,
    MonthsUntil: _months_until,
    Happened: _happened,
}


def fits(kind: Kind, value: Value) -> bool:
    """Whether a known value is of the Python type of its kind; a time of day never is."""
    wanted = {Kind.BOOL: bool, Kind.CODE: str, Kind.DATE: date, Kind.EVENT: date}.get(kind, int)
    return type(value) is wanted

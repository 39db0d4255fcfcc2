"""Bind a tree to a month: parameters and calendar words become the values of that month."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, TypeVar

from eligibility_rules.language.kinds import Value
from eligibility_rules.language.tree import Clock, Const, Node, ParamRef, parts
from eligibility_rules.month import Month
from eligibility_rules.parameters import Parameter
from eligibility_rules.periods import PERIOD_WORDS, period_day

_AnyNode = TypeVar("_AnyNode", bound=Node)


def clock_value(name: str, month: Month) -> Value:
    """The value of a calendar word of the rule language."""
    if name in PERIOD_WORDS:
        return period_day(name, month)
    values: dict[str, Value] = {
        "year": month.year,
        "month_number": month.number,
        "month_start": month.first_day,
        "asof": month.last_day,
        "year_start": date(month.year, 1, 1),
        "year_end": date(month.year, 12, 31),
    }
    return values[name]


def bind(node: _AnyNode, month: Month, parameters: Mapping[str, Parameter]) -> _AnyNode | Const:
    """The same tree with constants for the month; a parameter not yet in force is unknown."""
    if isinstance(node, ParamRef):
        return Const(node.kind, node.span, parameters[node.name].value(month))
    if isinstance(node, Clock):
        return Const(node.kind, node.span, clock_value(node.name, month))
    changed: dict[str, Any] = {}
    for name in parts(type(node)):
        value = getattr(node, name)
        if isinstance(value, Node):
            changed[name] = bind(value, month, parameters)
        elif isinstance(value, tuple) and value and isinstance(value[0], Node):
            changed[name] = tuple(bind(item, month, parameters) for item in value)
    return replace(node, **changed) if changed else node

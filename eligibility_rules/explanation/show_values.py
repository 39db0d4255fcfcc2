"""Write values the way a person reads them, in Chinese and in English."""

from collections.abc import Mapping
from datetime import date

from eligibility_rules.deciding.bind import bind, clock_value
from eligibility_rules.deciding.decision import Outcome, ValueUsed
from eligibility_rules.deciding.fact_values import fact_value, situation_of
from eligibility_rules.deciding.interpret import meaning
from eligibility_rules.facts import Fact
from eligibility_rules.language.kinds import Kind, Value
from eligibility_rules.language.tree import (
    AmountOf,
    Clock,
    Derived,
    FactRef,
    Node,
    ParamRef,
    Receives,
    Standing,
    walk,
)
from eligibility_rules.month import Month
from eligibility_rules.parameters import Parameter
from eligibility_rules.programme import Programme
from eligibility_rules.words import Words

UNKNOWN = Words("不明", "not known")
ABSENT = Words("无记录", "none recorded")
_UNITS = {
    Kind.MONEY: (2, "元", "yuan"),
    Kind.AREA: (3, "亩", "mu"),
    Kind.RATE: (2, "%", "%"),
}
_YES_NO = {True: Words("是", "yes"), False: Words("否", "no")}
_OUTCOMES = {
    Outcome.DUE: Words("享受", "due"),
    Outcome.NOT_DUE: Words("未享受", "not due"),
    Outcome.UNKNOWN: UNKNOWN,
}


def decimal_text(units: int, places: int) -> str:
    """A whole number of small units as a decimal text: 142550 with 2 places is 1425.50."""
    sign, size = ("-" if units < 0 else ""), abs(units)
    whole, part = divmod(size, 10**places)
    return f"{sign}{whole}.{part:0{places}d}"


def shown_day(day: date) -> Words:
    """A civil date, as it is written in a Chinese sentence and in an English one."""
    return Words(f"{day.year}年{day.month}月{day.day}日", day.isoformat())


def shown(kind: Kind, value: Value) -> Words:
    """A value of a kind with its unit."""
    if value is None:
        return ABSENT if kind is Kind.EVENT else UNKNOWN
    if isinstance(value, bool):
        return _YES_NO[value]
    if isinstance(value, date):
        return shown_day(value)
    if kind in _UNITS:
        places, zh, en = _UNITS[kind]
        text = decimal_text(int(value), places)
        return Words(f"{text}{zh}", f"{text} {en}")
    return Words(str(value), str(value))


def shown_fact(fact: Fact, value: Value) -> Words:
    """A value of a fact; what is kept in hundredths of a unit is said in the unit."""
    return _scaled(fact.kind, value, fact.places, fact.unit)


def shown_parameter(parameter: Parameter, value: Value) -> Words:
    """A legal value; what is kept in hundredths of a unit is said in the unit."""
    said = parameter.unit.partition("（")[0]
    places = parameter.places if parameter.kind is Kind.INT else 0
    return _scaled(parameter.kind, value, places, Words(said, parameter.unit_en or said))


def _scaled(kind: Kind, value: Value, places: int, unit: Words | None) -> Words:
    if unit is None or not places or not isinstance(value, int):
        return shown(kind, value)
    text = decimal_text(value, places)
    return Words(f"{text}{unit.zh}", f"{text} {unit.en}")


def values_used(
    programme: Programme,
    tree: Node,
    facts: Mapping[str, Value],
    month: Month,
    receives: Mapping[str, Outcome],
) -> tuple[ValueUsed, ...]:
    """The facts, derived facts, parameters and other programmes of a tree, each once."""
    found: dict[str, ValueUsed] = {}
    for node in walk(tree):
        used = _one(programme, node, facts, month, receives)
        if used is not None and used.name not in found:
            found[used.name] = used
    return tuple(found.values())


def _one(
    programme: Programme,
    node: Node,
    facts: Mapping[str, Value],
    month: Month,
    receives: Mapping[str, Outcome],
) -> ValueUsed | None:
    catalogue = programme.facts
    if isinstance(node, FactRef):
        return _fact(programme, node.name, facts)
    if isinstance(node, Derived):
        situation = situation_of(programme, facts, receives)
        value = shown(node.kind, meaning(bind(node.of, month, {}), situation))
        return ValueUsed(node.name, catalogue.derived[node.name].words, value, ())
    if isinstance(node, ParamRef):
        parameter = programme.parameters[node.name]
        value = shown_parameter(parameter, parameter.value(month))
        return ValueUsed(f"par.{node.name}", parameter.words, value, ())
    if isinstance(node, Receives | AmountOf | Standing):
        label = Words(f"项目{node.code}", f"programme {node.code}")
        value = _OUTCOMES[receives.get(node.code, Outcome.UNKNOWN)]
        return ValueUsed(f"receives {node.code}", label, value, ())
    if isinstance(node, Clock) and node.name == "month_number":
        here = shown(node.kind, clock_value(node.name, month))
        return ValueUsed(node.name, Words("发放月份", "pay month"), here, ())
    return None


def _fact(programme: Programme, name: str, facts: Mapping[str, Value]) -> ValueUsed | None:
    fact, value = programme.facts.facts[name], fact_value(programme, facts, name)
    if fact.is_deadline and value is None:
        # Where no deadline was told nobody was late, and nothing needs saying.
        return None
    return ValueUsed(name, fact.words, shown_fact(fact, value), fact.feeds)

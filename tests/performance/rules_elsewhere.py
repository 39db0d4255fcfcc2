"""The benchmark's rules as other engines take them, translated from the same typed trees.

OpenFisca-core, NumPy and Polars get vector formulas, zen-engine its own expression language; none
of them needs SQL. Only what the benchmark's rules use is translated.
"""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any, Protocol

from eligibility_rules import Month, Programme, RuleSet
from eligibility_rules.deciding.bind import bind
from eligibility_rules.language.tree import (
    Age,
    Choose,
    Compare,
    Const,
    Derived,
    Every,
    Extreme,
    FactRef,
    Node,
    Not,
    OneOf,
    Receives,
    Scale,
    Some,
    Sum,
    Times,
)
from eligibility_rules.programme import Pool

Vector = Any
"""A NumPy array or a Polars expression."""


class Algebra(Protocol):
    """What NumPy and Polars do not write alike; everything else is the same operator in both."""

    def choose(self, test: Vector, yes: Vector, no: Vector) -> Vector: ...

    def among(self, item: Vector, options: list[Any]) -> Vector: ...

    def extreme(self, op: str, items: list[Vector]) -> Vector: ...

    def code(self, text: str) -> Any: ...

    def wide(self, item: Vector) -> Vector: ...


def vector(  # noqa: C901, PLR0911, PLR0912 - one line a kind of node
    node: Node, known: Mapping[str, Vector], algebra: Algebra
) -> Vector:
    """The value of a bound tree; `known` holds facts and, by code, who receives a programme.

    Dates are whole numbers yyyymmdd.
    """

    def inner(one: Node) -> Vector:
        return vector(one, known, algebra)

    match node:
        case Const():
            value = node.value
            if isinstance(value, str):
                return algebra.code(value)
            return int(value.strftime("%Y%m%d")) if isinstance(value, date) else value
        case FactRef():
            return known[node.name]
        case Derived():
            return known[node.name] if node.name in known else inner(node.of)
        case Receives():
            return known[node.code]
        case Age():
            return (inner(node.asof) - inner(node.birth)) // 10_000
        case Not():
            return ~inner(node.item)
        case Every():
            found = inner(node.items[0])
            for item in node.items[1:]:
                found = found & inner(item)
            return found
        case Some():
            found = inner(node.items[0])
            for item in node.items[1:]:
                found = found | inner(item)
            return found
        case Compare():
            return _compared(node.op, inner(node.left), inner(node.right))
        case OneOf():
            return algebra.among(inner(node.item), [inner(one) for one in node.options])
        case Choose():
            return algebra.choose(inner(node.test), inner(node.yes), inner(node.no))
        case Extreme():
            return algebra.extreme(node.op, [inner(item) for item in node.items])
        case Sum():
            return inner(node.left) + node.sign * inner(node.right)
        case Times():
            return inner(node.left) * inner(node.right)
        case Scale():
            product = algebra.wide(inner(node.value)) * inner(node.factor)
            return (2 * product + node.divisor) // (2 * node.divisor)
    raise AssertionError(f"the benchmark's rules have no {type(node).__name__}")


def _compared(op: str, left: Vector, right: Vector) -> Vector:
    return {
        "<": lambda: left < right,
        "<=": lambda: left <= right,
        ">": lambda: left > right,
        ">=": lambda: left >= right,
        "==": lambda: left == right,
        "!=": lambda: left != right,
    }[op]()


def trees(programme: Programme, month: Month) -> tuple[list[Node], Node]:
    """A programme's conditions and amount, bound to the month."""
    rule = programme.amount.rule
    assert not isinstance(rule, Pool)
    conditions = [bind(one.tree, month, programme.parameters) for one in programme.conditions]
    return conditions, bind(rule.tree, month, programme.parameters)


def zen_content(rules: RuleSet, month: Month) -> str:
    """All programmes as one expression node of a JSON decision model."""
    expressions = []
    for code, programme in rules.programmes.items():
        conditions, amount = trees(programme, month)
        test = " and ".join(f"({_zen(one)})" for one in conditions)
        value = f"({test}) ? ({_zen(amount)}) : 0"
        expressions.append({"id": code, "key": code, "value": value})
    nodes = [
        {"id": "in", "type": "inputNode", "name": "in", "position": {"x": 0, "y": 0}},
        {"id": "do", "type": "expressionNode", "name": "do", "position": {"x": 1, "y": 0},
         "content": {"expressions": expressions}},
        {"id": "out", "type": "outputNode", "name": "out", "position": {"x": 2, "y": 0}},
    ]  # fmt: skip
    edges = [
        {"id": "a", "sourceId": "in", "targetId": "do", "type": "edge"},
        {"id": "b", "sourceId": "do", "targetId": "out", "type": "edge"},
    ]
    return json.dumps({"nodes": nodes, "edges": edges}, ensure_ascii=False)


def _zen(node: Node) -> str:  # noqa: C901, PLR0911, PLR0912 - one line a kind of node
    match node:
        case Const():
            value = node.value
            if isinstance(value, date):
                return value.strftime("%Y%m%d")
            return json.dumps(value, ensure_ascii=False)
        case FactRef():
            return node.name.replace(".", "__")
        case Derived():
            return _zen(node.of)
        case Receives():
            return f"$.{node.code} > 0"
        case Age():
            return f"floor(({_zen(node.asof)} - {_zen(node.birth)}) / 10000)"
        case Not():
            return f"not ({_zen(node.item)})"
        case Every():
            return " and ".join(f"({_zen(item)})" for item in node.items)
        case Some():
            return " or ".join(f"({_zen(item)})" for item in node.items)
        case Compare():
            return f"({_zen(node.left)}) {node.op} ({_zen(node.right)})"
        case OneOf():
            options = ", ".join(json.dumps(one.value, ensure_ascii=False) for one in node.options)
            return f"{_zen(node.item)} in [{options}]"
        case Choose():
            return f"(({_zen(node.test)}) ? ({_zen(node.yes)}) : ({_zen(node.no)}))"
        case Extreme():
            return f"{node.op}([{', '.join(_zen(item) for item in node.items)}])"
        case Sum():
            return f"({_zen(node.left)}) {'+' if node.sign == 1 else '-'} ({_zen(node.right)})"
        case Times():
            return f"({_zen(node.left)}) * ({_zen(node.right)})"
        case Scale():
            product = f"2 * ({_zen(node.value)}) * ({_zen(node.factor)})"
            return f"floor(({product} + {node.divisor}) / {2 * node.divisor})"
    raise AssertionError(f"the benchmark's rules have no {type(node).__name__}")

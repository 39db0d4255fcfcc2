"""Find what can never hold: a comparison outside a value's range, or demands that contradict.

Only what is certain is named. Demands are gathered from the parts of an `and` that speak of one
fact and a literal; parameters and the calendar are left out, because they change.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from eligibility_rules.language.kinds import Kind, Value
from eligibility_rules.language.tree import (
    Compare,
    Const,
    Derived,
    Every,
    FactRef,
    Node,
    Not,
    OneOf,
    ParamRef,
    walk,
)
from eligibility_rules.words import Words

_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
_DENIED = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}


def impossible(tree: Node) -> Words | None:
    """Why a condition can never hold, in words for a fault sentence; None if it may."""
    for node in walk(tree):
        if isinstance(node, Compare) and _outside(node):
            left, right = _named(node.left), _named(node.right)
            return Words(
                f"{left.zh} {node.op} {right.zh} 永远不成立",
                f"{left.en} {node.op} {right.en} can never hold",
            )
    return contradiction([tree])


def contradiction(trees: Iterable[Node]) -> Words | None:
    """Which fact is asked for something that other demands of the same trees rule out."""
    demands: dict[str, _Demand] = {}
    for tree in trees:
        for part in _parts(tree):
            found = _demand(part)
            if found is None:
                continue
            name, op, value = found
            demand = demands.setdefault(name, _Demand())
            demand.add(op, value)
            if demand.empty:
                return Words(
                    f"对 {name} 的要求自相矛盾", f"what is asked of {name} contradicts itself"
                )
    return None


@dataclass
class _Demand:
    """What must hold of one fact at once; bounds are inclusive of the values still possible."""

    low: list[tuple[Value, bool]] = field(default_factory=list)
    high: list[tuple[Value, bool]] = field(default_factory=list)
    among: set[Value] | None = None
    never: set[Value] = field(default_factory=set)

    def add(self, op: str, value: object) -> None:
        if op == "in" and isinstance(value, frozenset):
            self.among = set(value) if self.among is None else self.among & value
        elif op == "!=":
            self.never.add(value)  # type: ignore[arg-type]
        elif op in {">", ">="}:
            self.low.append((value, op == ">="))  # type: ignore[arg-type]
        else:
            self.high.append((value, op == "<="))  # type: ignore[arg-type]

    @property
    def empty(self) -> bool:
        if self.among is not None:
            return not any(self._fits(value) for value in self.among - self.never)
        return any(
            _above(low, high) or (_same(low, high) and not (closed and also))
            for low, closed in self.low
            for high, also in self.high
        )

    def _fits(self, value: Value) -> bool:
        over = all(_above(value, low) or (closed and value == low) for low, closed in self.low)
        under = all(_above(high, value) or (closed and value == high) for high, closed in self.high)
        return over and under


def _above(left: Value, right: Value) -> bool:
    if isinstance(left, date) and isinstance(right, date):
        return left > right
    return isinstance(left, int) and isinstance(right, int) and left > right


def _same(left: Value, right: Value) -> bool:
    return left == right


def _parts(tree: Node) -> list[Node]:
    """The demands of a tree that must all hold."""
    if isinstance(tree, Every):
        return [part for item in tree.items for part in _parts(item)]
    return [tree]


def _demand(part: Node) -> tuple[str, str, object] | None:
    denied = isinstance(part, Not)
    inner = part.item if isinstance(part, Not) else part
    if isinstance(inner, FactRef | Derived) and inner.kind is Kind.BOOL:
        return inner.name, "in", frozenset({not denied})
    if isinstance(inner, OneOf) and isinstance(inner.item, FactRef | Derived) and not denied:
        return inner.item.name, "in", frozenset(option.value for option in inner.options)
    if not isinstance(inner, Compare):
        return None
    left, op, right = inner.left, str(inner.op), inner.right
    if isinstance(left, Const):
        left, op, right = right, _TURNED[op], left
    if not (isinstance(left, FactRef | Derived) and isinstance(right, Const)):
        return None
    op = _DENIED[op] if denied else op
    return (
        (left.name, "in", frozenset({right.value})) if op == "==" else (left.name, op, right.value)
    )


def _outside(node: Compare) -> bool:
    a, b = node.left.span, node.right.span
    if a is None or b is None or any(isinstance(one, ParamRef) for one in walk(node)):
        return False
    return {
        "<": a.low >= b.high,
        "<=": a.low > b.high,
        ">": a.high <= b.low,
        ">=": a.high < b.low,
        "==": a.high < b.low or a.low > b.high,
        "!=": a.low == a.high == b.low == b.high,
    }[node.op]


def _named(node: Node) -> Words:
    if isinstance(node, FactRef | Derived):
        return Words(node.name, node.name)
    if isinstance(node, Const):
        return Words(str(node.value), str(node.value))
    return Words("另一侧", "the other side")

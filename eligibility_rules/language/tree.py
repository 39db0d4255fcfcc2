"""The typed tree of an expression: what both engines read, and nothing else.

Every node knows its kind and, if it is a number, its span. The spans prove at load time that no
engine can overflow and tell the compiler where plain division is safe.
"""

from dataclasses import dataclass, fields
from typing import Literal

from eligibility_rules.language.kinds import Kind, Span, Value


@dataclass(frozen=True, slots=True)
class Node:
    """An expression of one kind; `span` is set exactly when the kind is a number."""

    kind: Kind
    span: Span | None


@dataclass(frozen=True, slots=True)
class Const(Node):
    """A literal, or a parameter and calendar value once the month is bound; None is unknown."""

    value: Value


@dataclass(frozen=True, slots=True)
class FactRef(Node):
    """A fact of the subject, by its name in the catalogue."""

    name: str


@dataclass(frozen=True, slots=True)
class Derived(Node):
    """A fact computed from others, such as the age; engines compute it once."""

    name: str
    of: Node


@dataclass(frozen=True, slots=True)
class ParamRef(Node):
    """A dated legal value, `par.x`."""

    name: str


@dataclass(frozen=True, slots=True)
class Clock(Node):
    """A value of the pay month: year, month_number, month_start, asof, year_start, year_end."""

    name: str


@dataclass(frozen=True, slots=True)
class Receives(Node):
    """Whether the same subject is due another programme in this month."""

    code: str


@dataclass(frozen=True, slots=True)
class AmountOf(Node):
    """What the same subject is due from another programme in this month: fen, nought if not due."""

    code: str


@dataclass(frozen=True, slots=True)
class Standing(Node):
    """Whether a programme would be due if it had no rivals, its conditions and amount alone."""

    code: str


@dataclass(frozen=True, slots=True)
class StandingAmount(Node):
    """The fen a programme would pay if it had no rivals; unknown while nobody knows, or nothing."""

    code: str


@dataclass(frozen=True, slots=True)
class Not(Node):
    item: Node


@dataclass(frozen=True, slots=True)
class Every(Node):
    """`and`: false wins over unknown, unknown over true."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Some(Node):
    """`or`: true wins over unknown, unknown over false."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Compare(Node):
    op: Literal["<", "<=", ">", ">=", "==", "!="]
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class OneOf(Node):
    item: Node
    options: tuple[Const, ...]


@dataclass(frozen=True, slots=True)
class Sum(Node):
    """left + right, or left - right when `sign` is -1."""

    left: Node
    right: Node
    sign: Literal[1, -1]


@dataclass(frozen=True, slots=True)
class Times(Node):
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Scale(Node):
    """value × factor ÷ divisor, rounded to a whole unit.

    Half up, except inside amounts rounded to the yuan, where the fen must not be rounded first:
    rounding down before half up, and up before up, gives what one exact rounding would.
    """

    value: Node
    factor: Node
    divisor: int
    mode: Literal["half_up", "down", "up"] = "half_up"


@dataclass(frozen=True, slots=True)
class Floor(Node):
    """item // divisor, towards minus infinity."""

    item: Node
    divisor: int


@dataclass(frozen=True, slots=True)
class Modulo(Node):
    """item % divisor, never negative."""

    item: Node
    divisor: int


@dataclass(frozen=True, slots=True)
class Choose(Node):
    """`yes if test else no`; unknown when the test is unknown."""

    test: Node
    yes: Node
    no: Node


@dataclass(frozen=True, slots=True)
class Extreme(Node):
    """min or max; unknown when any item is unknown."""

    op: Literal["min", "max"]
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Part(Node):
    """The year or the month number of a date."""

    part: Literal["year", "month"]
    item: Node


@dataclass(frozen=True, slots=True)
class Age(Node):
    """Whole years from a birth date to the last day of the month."""

    birth: Node
    asof: Node


@dataclass(frozen=True, slots=True)
class AgeByMonth(Node):
    """Whole years by calendar months: a birthday counts from the first day of its month."""

    birth: Node
    asof: Node


@dataclass(frozen=True, slots=True)
class MonthsUnder3(Node):
    """Months of a year from birth up to and including the month of the third birthday."""

    birth: Node
    year: Node


@dataclass(frozen=True, slots=True)
class MonthsUntil(Node):
    """Months of a year up to and including the month of a date: 0 to 12."""

    until: Node
    year: Node


@dataclass(frozen=True, slots=True)
class Happened(Node):
    """Whether an event is recorded in [since, until], or [since, until) when `until_open`.

    Never unknown for the event's sake: one that no department reported has not happened, and
    whether the reports are fresh is asked before the month is frozen.
    """

    event: Node
    since: Node | None
    until: Node | None
    until_open: bool


_PARTS: dict[type[Node], tuple[str, ...]] = {}


def parts(node: type[Node]) -> tuple[str, ...]:
    """The names of a node type's own fields; asked for every node, so kept."""
    if node not in _PARTS:
        names = (field.name for field in fields(node))
        _PARTS[node] = tuple(name for name in names if name not in {"kind", "span"})
    return _PARTS[node]


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly below one."""
    found: list[Node] = []
    for name in parts(type(node)):
        value = getattr(node, name)
        if isinstance(value, Node):
            found.append(value)
        elif isinstance(value, tuple):
            found.extend(item for item in value if isinstance(item, Node))
    return tuple(found)


def walk(node: Node) -> list[Node]:
    """The node and everything below it, in reading order."""
    return [node, *(inner for child in children(node) for inner in walk(child))]

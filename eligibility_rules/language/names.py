"""What an expression may name: facts of its subject, parameters, and the calendar of the month."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from eligibility_rules.language.kinds import Kind, Span
from eligibility_rules.language.tree import Node
from eligibility_rules.words import Words

CLOCK: dict[str, tuple[Kind, Span | None]] = {
    "year": (Kind.INT, Span(1900, 2199)),
    "month_number": (Kind.INT, Span(1, 12)),
    "month_start": (Kind.DATE, None),
    "asof": (Kind.DATE, None),
    "year_start": (Kind.DATE, None),
    "year_end": (Kind.DATE, None),
    "quarter_start": (Kind.DATE, None),
    "quarter_end": (Kind.DATE, None),
    "half_year_start": (Kind.DATE, None),
    "half_year_end": (Kind.DATE, None),
    "semester_start": (Kind.DATE, None),
    "semester_end": (Kind.DATE, None),
    "school_year_start": (Kind.DATE, None),
    "school_year_end": (Kind.DATE, None),
}
"""Calendar names; `asof` is the last day of the pay month, `month_start` its first."""


@dataclass(frozen=True)
class Names:
    """The vocabulary of one expression; every value is a ready node.

    `elsewhere` names facts of other subjects, so that a fault can say so; `codes` lists, per coded
    fact, the codes a department may send.
    """

    facts: Mapping[str, Node]
    params: Mapping[str, Node]
    elsewhere: Mapping[str, Words] = field(default_factory=dict)
    codes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    extra: Mapping[str, Node] = field(default_factory=dict)
    may_receive: bool = False

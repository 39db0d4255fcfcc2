"""Which other programmes a decision rests on: the gates that ask for them, and the amount.

Read from the typed trees, and from what a stacking entry says holds it where a fact stands for the
other programme. Whoever mends a month asks this to tell what was refused for another programme's
sake from what was refused for its own.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from eligibility_rules.language.tree import (
    AmountOf,
    Node,
    Receives,
    Standing,
    StandingAmount,
    walk,
)
from eligibility_rules.programme import Pool, Programme

_ASKING = (Receives, AmountOf, Standing, StandingAmount)


@dataclass(frozen=True, slots=True)
class Resting:
    """What a programme asks about others: by the place of a condition the codes, and its amount's."""

    gates: Mapping[int, frozenset[str]]
    amount: frozenset[str]

    @property
    def codes(self) -> frozenset[str]:
        """Every programme that this one asks about."""
        return self.amount.union(*self.gates.values())


def resting(programme: Programme) -> Resting:
    """Read what a programme's decisions rest on beside its own facts."""
    gates: defaultdict[int, set[str]] = defaultdict(set)
    held: defaultdict[str, set[str]] = defaultdict(set)
    for entry in programme.stacking:
        for name in entry.held_by.split(","):
            held[name] |= set(entry.with_codes)
    for bit, condition in enumerate(programme.conditions):
        # A gate that asks a programme itself rests on no other that the entry lists beside it.
        asked = _asked(condition.tree) or held.get(condition.id, set())
        if others := asked - {programme.code}:
            gates[bit] = others
    rule = programme.amount.rule
    asked = set() if isinstance(rule, Pool) else _asked(rule.tree)
    amount = (asked | held.get("amount", set())) - {programme.code}
    return Resting({bit: frozenset(codes) for bit, codes in gates.items()}, frozenset(amount))


def _asked(tree: Node) -> set[str]:
    return {node.code for node in walk(tree) if isinstance(node, _ASKING)}

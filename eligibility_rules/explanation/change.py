"""What would make a condition hold: said only when putting it to the test proves it.

A way is looked for along the tree of the expression: a threshold, a date, a code, a record that is
missing. What is found is then put in place of the facts, the condition is decided again, and
unless it holds the way is not said at all.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from eligibility_rules.deciding.decision import Outcome
from eligibility_rules.explanation.asked import Asked
from eligibility_rules.explanation.later import first_month
from eligibility_rules.explanation.needs import compared, listed, recorded, yes_or_no
from eligibility_rules.language.kinds import Value
from eligibility_rules.language.tree import (
    Compare,
    Derived,
    Every,
    FactRef,
    Happened,
    Node,
    Not,
    OneOf,
    Receives,
    Some,
    walk,
)
from eligibility_rules.month import Month
from eligibility_rules.words import Words


@dataclass(frozen=True, slots=True)
class Change:
    """One way in which a condition would hold, in words, and the values that prove it.

    With `facts` in place of those known, `receives` in place of what else is received, and decided
    for `month`, the condition holds.
    """

    words: Words
    month: Month
    facts: Mapping[str, Value] = field(default_factory=dict)
    receives: Mapping[str, Outcome] = field(default_factory=dict)


def would_change(tree: Node, asked: Asked) -> Change | None:
    """A way in which the condition `tree` would hold; None if none can be said exactly."""
    found = _way(tree, asked, wanted=True)
    return found if found is not None and _proved(tree, asked, found) else None


def _proved(tree: Node, asked: Asked, found: Change) -> bool:
    then = replace(
        asked,
        facts={**asked.facts, **found.facts},
        month=found.month,
        receives={**asked.receives, **found.receives},
    )
    return then.value(tree) is True


def _way(node: Node, asked: Asked, *, wanted: bool) -> Change | None:
    if isinstance(node, Not):
        return _way(node.item, asked, wanted=not wanted)
    if isinstance(node, Derived):
        return _way(node.of, asked, wanted=wanted)
    if isinstance(node, Every | Some):
        open_items = [item for item in node.items if asked.value(item) is not wanted]
        needs_all = isinstance(node, Every) is wanted
        ways = [_way(item, asked, wanted=wanted) for item in open_items]
        return _together(ways, asked) if needs_all else _either(ways)
    later = first_month(node, asked, wanted=wanted)
    if later is not None:
        return Change(later[1], later[0])
    return _leaf(node, asked, wanted=wanted)


def _leaf(node: Node, asked: Asked, *, wanted: bool) -> Change | None:
    programme, month = asked.programme, asked.month
    if isinstance(node, Receives):
        return _receiving(node, asked, wanted=wanted)
    if any(
        isinstance(part, FactRef) and programme.facts.facts[part.name].is_deadline
        for part in walk(node)
    ):
        # What an office was given is nothing that a resident could wish to be another.
        return None
    need: tuple[str, Value, Words] | None = None
    if isinstance(node, FactRef):
        need = yes_or_no(programme, node, asked.value(node), wanted=wanted)
    elif isinstance(node, Compare):
        need = compared(programme, node, asked.value, wanted=wanted)
    elif isinstance(node, OneOf):
        need = listed(programme, node, asked.value, wanted=wanted)
    elif isinstance(node, Happened):
        need = recorded(programme, node, asked.value, wanted=wanted)
    return None if need is None else Change(need[2], month, {need[0]: need[1]})


def _receiving(node: Receives, asked: Asked, *, wanted: bool) -> Change:
    name = asked.name_of(node.code)
    outcome = Outcome.DUE if wanted else Outcome.NOT_DUE
    if wanted:
        words = Words(f"需享受“{name.zh}”，现未享受", f"{name.en}: to be received; it is not")
    else:
        words = Words(f"不同时享受“{name.zh}”", f"{name.en}: not to be received beside it")
    return Change(words, asked.month, receives={node.code: outcome})


def _together(ways: list[Change | None], asked: Asked) -> Change | None:
    """All of the ways at once; None as soon as one is missing or two contradict each other."""
    known = [one for one in ways if one is not None]
    if not known or len(known) < len(ways):
        return None
    facts: dict[str, Value] = {}
    receives: dict[str, Outcome] = {}
    for one in known:
        if any(facts.get(name, value) != value for name, value in one.facts.items()):
            return None
        facts |= one.facts
        receives |= one.receives
    words = _joined([one.words for one in known], "；并且", "; and ")
    month = max((one.month for one in known), key=lambda one: one.first_day)
    return Change(words, max(month, asked.month, key=lambda one: one.first_day), facts, receives)


def _either(ways: list[Change | None]) -> Change | None:
    """Any of the ways; the first proves it."""
    known = [one for one in ways if one is not None]
    if not known:
        return None
    return replace(known[0], words=_joined([one.words for one in known], "；或者", "; or "))


def _joined(parts: list[Words], zh: str, en: str) -> Words:
    unique = list(dict.fromkeys(parts))
    return Words(zh.join(one.zh for one in unique), en.join(one.en for one in unique))

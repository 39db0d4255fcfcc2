"""One programme in a line: for whom, how much, how it is paid."""

from collections.abc import Iterable
from dataclasses import dataclass

from eligibility_rules import Month, Programme, RuleSet, Words
from eligibility_rules.language.tree import Derived, FactRef, walk
from eligibility_rules.programme import Condition, ConditionKind
from service.foundation.money import yuan
from service.programmes.guide.amounts import plain_amounts
from service.programmes.guide.groups import Group, groups_of

_SENTENCES_MAX = 2
_HOME = ("p.hukou", "p.nationality", "p.residence_permit", "vet.relation_here", "p.fin_payroll")
"""Facts about where somebody is registered: nearly every rule asks, so they tell nobody apart."""


@dataclass(frozen=True)
class Entry:
    """What the guide says of a programme in one line, in both languages."""

    code: str
    names: Words
    department: str
    """The department's folder."""
    department_words: Words
    groups: tuple[Group, ...]
    for_whom: Words
    amount: Words
    low_fen: int | None
    high_fen: int | None
    """The least and the most, where every amount is a plain figure of the month."""
    evidence: str
    """How far the figures can be trusted."""
    frequency: str
    application: bool
    """Whether somebody has to apply, once."""


def entries(rules: RuleSet, month: Month) -> list[Entry]:
    """Return every programme in the order of their codes."""
    return [entry(one, month) for _, one in sorted(rules.programmes.items())]


def entry(one: Programme, month: Month) -> Entry:
    """Return a programme's line as of a month."""
    amounts = [amount_fen for _, amount_fen in plain_amounts(one, month)]
    low, high = (min(amounts), max(amounts)) if amounts else (None, None)
    return Entry(
        code=one.code,
        names=one.names,
        department=one.department.folder,
        department_words=one.department.words,
        groups=groups_of(one),
        for_whom=_for_whom(one),
        amount=_amount(one, low, high),
        low_fen=low,
        high_fen=high,
        evidence=one.amount.figures.evidence.value,
        frequency=one.frequency.value,
        application=one.application,
    )


def _amount(one: Programme, low: int | None, high: int | None) -> Words:
    if low is None or high is None:
        return one.amount.words
    if low == high:
        return Words(f"{yuan(low)}元", f"{yuan(low)} yuan")
    return Words(f"{yuan(low)}至{yuan(high)}元", f"{yuan(low)} to {yuan(high)} yuan")


def _for_whom(one: Programme) -> Words:
    """The first conditions that tell these people from others."""
    ruling = [each for each in one.conditions if each.kind is ConditionKind.RULE]
    telling = [each for each in ruling if not _is_home(each)] or ruling
    chosen = telling[:_SENTENCES_MAX]
    return Words(
        "；".join(each.words.zh for each in chosen), "; ".join(each.words.en for each in chosen)
    )


def _is_home(condition: Condition) -> bool:
    return all(name.startswith(_HOME) for name in _facts(condition))


def _facts(condition: Condition) -> Iterable[str]:
    for node in walk(condition.tree):
        if isinstance(node, FactRef | Derived):
            yield node.name

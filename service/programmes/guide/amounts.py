"""The amounts of a programme that are plain figures in a month; the others are told in words."""

from eligibility_rules import Month, Programme, Words
from eligibility_rules.deciding.bind import bind
from eligibility_rules.language.tree import Const, Node
from eligibility_rules.programme import Formula, Tiers


def plain_amounts(one: Programme, at: Month) -> list[tuple[Words, int]]:
    """Return (who, whole fen) for each; nothing where some of it depends on the person.

    Half a table would mislead.
    """
    rule = one.amount.rule
    if isinstance(rule, Tiers):
        found = [(tier.words, tier.amount) for tier in rule.tiers]
    elif isinstance(rule, Formula):
        found = [(one.amount.words, rule.tree)]
    else:
        return []
    bound = [(said, _fen(bind(tree, at, one.parameters))) for said, tree in found]
    plain = [(said, amount_fen) for said, amount_fen in bound if amount_fen is not None]
    return plain if len(plain) == len(bound) else []


def _fen(tree: Node) -> int | None:
    return tree.value if isinstance(tree, Const) and isinstance(tree.value, int) else None

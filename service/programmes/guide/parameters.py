"""Which dated figures of the law a programme reads."""

from collections.abc import Iterable, Iterator

from eligibility_rules import Parameter, Programme
from eligibility_rules.language.tree import Node, ParamRef, walk
from eligibility_rules.programme import Pool


def parameters_of(one: Programme) -> Iterator[Parameter]:
    """Yield them in the order in which the rule reads them, each once."""
    names: dict[str, None] = {}
    for tree in _trees(one):
        for node in walk(tree):
            if isinstance(node, ParamRef):
                names[node.name] = None
    if isinstance(one.amount.rule, Pool):
        names |= dict.fromkeys((one.amount.rule.pool, one.amount.rule.area_total))
    return (one.parameters[name] for name in names)


def _trees(one: Programme) -> Iterable[Node]:
    yield from (condition.tree for condition in one.conditions)
    if not isinstance(one.amount.rule, Pool):
        yield one.amount.rule.tree

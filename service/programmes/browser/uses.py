"""Which rules use a fact, and which a figure: by programme, with the clauses that do."""

from collections.abc import Iterable, Iterator

from eligibility_rules import Programme, RuleSet
from eligibility_rules.language.tree import Derived, FactRef, Node, ParamRef, walk
from eligibility_rules.programme import Pool

AMOUNT = "amount"


def facts_used(one: Programme) -> dict[str, list[str]]:
    """Return {fact: the clauses that ask for it}; a derived fact counts beside what it is made of."""
    found: dict[str, list[str]] = {}
    for clause, tree in _clauses(one):
        for node in walk(tree):
            if isinstance(node, FactRef | Derived):
                _add(found, node.name, clause)
    if isinstance(one.amount.rule, Pool):
        _add(found, one.amount.rule.area, AMOUNT)
    return found


def figures_used(one: Programme) -> dict[str, list[str]]:
    """Return {figure: the clauses that read it}."""
    found: dict[str, list[str]] = {}
    for clause, tree in _clauses(one):
        for node in walk(tree):
            if isinstance(node, ParamRef):
                _add(found, node.name, clause)
    if isinstance(one.amount.rule, Pool):
        for name in (one.amount.rule.pool, one.amount.rule.area_total):
            _add(found, name, AMOUNT)
    return found


def programmes_by_figure(rules: RuleSet) -> dict[str, list[str]]:
    """Return {figure: the codes of the programmes that read it}."""
    found: dict[str, list[str]] = {}
    for code, one in sorted(rules.programmes.items()):
        for name in figures_used(one):
            found.setdefault(name, []).append(code)
    return found


def facts_asked(rules: RuleSet) -> list[str]:
    """Return the names of every fact that some rule uses."""
    return sorted({name for one in rules.programmes.values() for name in facts_used(one)})


def _add(found: dict[str, list[str]], name: str, clause: str) -> None:
    clauses = found.setdefault(name, [])
    if clause not in clauses:
        clauses.append(clause)


def _clauses(one: Programme) -> Iterator[tuple[str, Node]]:
    yield from ((condition.id, condition.tree) for condition in one.conditions)
    yield from ((AMOUNT, tree) for tree in _amount_trees(one))


def _amount_trees(one: Programme) -> Iterable[Node]:
    return () if isinstance(one.amount.rule, Pool) else (one.amount.rule.tree,)

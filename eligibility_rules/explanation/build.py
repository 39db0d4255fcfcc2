"""Put an explanation together from the masks of a decision and the facts it stood on."""

from collections.abc import Iterator, Mapping

from eligibility_rules.decision import Decision, Outcome, State, ValueUsed
from eligibility_rules.explanation.arithmetic import amount_lines
from eligibility_rules.explanation.change import would_change
from eligibility_rules.explanation.model import (
    AmountExplained,
    ConditionExplained,
    Explanation,
    ValueShown,
)
from eligibility_rules.language.kinds import Value
from eligibility_rules.language.tree import FactRef, Node, walk
from eligibility_rules.load import RuleSet
from eligibility_rules.month import Month
from eligibility_rules.pool import PoolRate
from eligibility_rules.programme import Condition, Pool, Programme
from eligibility_rules.show_values import shown, values_used
from eligibility_rules.words import Words

_RECEIVES = "receives "
_PARAMETER = "par."


def facts_read(programme: Programme) -> tuple[str, ...]:
    """The snapshot columns that a programme's conditions and amount read, in alphabetical order."""
    names = {
        node.name for tree in _trees(programme) for node in walk(tree) if isinstance(node, FactRef)
    }
    rule = programme.amount.rule
    if isinstance(rule, Pool):
        names.add(rule.area)
    return tuple(sorted(programme.facts.facts[name].column(programme.code) for name in names))


def explain_whole(
    rules: RuleSet,
    code: str,
    month: Month,
    decision: Decision,
    facts: Mapping[str, Value],
    receives: Mapping[str, Outcome],
    pool: PoolRate | None = None,
) -> Explanation:
    """Explain one decision by the rules that made it; nothing is decided again.

    Of `decision` the outcome, the amount and the masks count; `facts` are the subject's facts by
    name or column, `receives` the outcomes of the programmes that this one asks about, `pool` the frozen rate of a pool.
    Raises RuleFault for an unknown programme or a fact of the wrong type.
    """
    programme = rules.programme(code)
    names = {one.code: one.names for one in rules.programmes.values()}
    conditions = tuple(
        _condition(programme, bit, condition, decision, facts, month, receives, names)
        for bit, condition in enumerate(programme.conditions)
    )
    refused = any(one.state == "false" for one in conditions)
    amount = (
        None
        if refused
        else _amount(
            programme, facts, month, receives, pool, names, is_due=decision.outcome is Outcome.DUE
        )
    )
    return Explanation(programme, month, decision.outcome, decision.amount_fen, conditions, amount)


def _condition(
    programme: Programme,
    bit: int,
    condition: Condition,
    decision: Decision,
    facts: Mapping[str, Value],
    month: Month,
    receives: Mapping[str, Outcome],
    names: Mapping[str, Words],
) -> ConditionExplained:
    held, unknown = decision.held, decision.unknown
    state: State = "unknown" if unknown >> bit & 1 else "true" if held >> bit & 1 else "false"
    change = None
    if state == "false":
        change = would_change(programme, condition.tree, facts, month, receives, names)
    used = values_used(programme, condition.tree, facts, month, receives)
    values = tuple(_shown(programme, one, month, names) for one in used)
    return ConditionExplained(condition.id, condition.kind, state, condition.words, values, change)


def _amount(
    programme: Programme,
    facts: Mapping[str, Value],
    month: Month,
    receives: Mapping[str, Outcome],
    pool: PoolRate | None,
    names: Mapping[str, Words],
    *,
    is_due: bool,
) -> AmountExplained:
    lines, fen = amount_lines(programme, facts, month, receives, pool, is_due=is_due)
    used = tuple(_amount_values(programme, facts, month, receives))
    values = tuple(_shown(programme, one, month, names) for one in used)
    amount = programme.amount
    return AmountExplained(amount.words, lines, fen, values, amount.figures)


def _amount_values(
    programme: Programme,
    facts: Mapping[str, Value],
    month: Month,
    receives: Mapping[str, Outcome],
) -> Iterator[ValueUsed]:
    rule = programme.amount.rule
    if not isinstance(rule, Pool):
        yield from values_used(programme, rule.tree, facts, month, receives)
        return
    fact = programme.facts.facts[rule.area]
    area = shown(fact.kind, facts.get(fact.column(programme.code), facts.get(rule.area)))
    yield ValueUsed(rule.area, fact.words, area, fact.feeds)
    for name in (rule.pool, rule.area_total):
        parameter = programme.parameters[name]
        value = shown(parameter.kind, parameter.value(month))
        yield ValueUsed(f"{_PARAMETER}{name}", parameter.words, value, ())


def _shown(
    programme: Programme, used: ValueUsed, month: Month, names: Mapping[str, Words]
) -> ValueShown:
    if used.name.startswith(_PARAMETER):
        dated = programme.parameters[used.name.removeprefix(_PARAMETER)].dated(month)
        if dated is not None:
            return ValueShown(
                used.name, used.label, used.shown, (), dated.mark, dated.effective, dated.citation
            )
    label = used.label
    if used.name.startswith(_RECEIVES):
        label = names.get(used.name.removeprefix(_RECEIVES), label)
    return ValueShown(used.name, label, used.shown, used.feeds)


def _trees(programme: Programme) -> Iterator[Node]:
    yield from (condition.tree for condition in programme.conditions)
    if not isinstance(programme.amount.rule, Pool):
        yield programme.amount.rule.tree

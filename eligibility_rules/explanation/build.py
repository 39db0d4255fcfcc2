"""Put an explanation together from the masks of a decision and the facts it stood on."""

from collections.abc import Iterator, Mapping

from eligibility_rules.deciding.decision import Decision, Outcome, State, ValueUsed
from eligibility_rules.deciding.fact_values import fact_value
from eligibility_rules.deciding.pool import PoolRate
from eligibility_rules.explanation.arithmetic import amount_lines
from eligibility_rules.explanation.asked import Asked
from eligibility_rules.explanation.change import would_change
from eligibility_rules.explanation.model import (
    AmountExplained,
    ConditionExplained,
    Explanation,
    ValueShown,
)
from eligibility_rules.explanation.show_values import shown_fact, shown_parameter, values_used
from eligibility_rules.language.kinds import Value
from eligibility_rules.language.tree import FactRef, Node, walk
from eligibility_rules.load import RuleSet
from eligibility_rules.month import Month
from eligibility_rules.programme import Condition, Pool, Programme

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
    amounts: Mapping[str, int | None] | None = None,
) -> Explanation:
    """Explain one decision by the rules that made it; nothing is decided again.

    Of `decision` the outcome, the amount and the masks count; `facts` are the subject's facts by
    name or column, `receives` and `amounts` the outcomes and fen of the programmes that this
    one asks about and of its rivals, `pool` the frozen rate of a pool.
    Raises RuleFault for an unknown programme or a fact of the wrong type.
    """
    programme = rules.programme(code)
    names = {one.code: one.names for one in rules.programmes.values()}
    asked = Asked(programme, facts, month, receives, amounts or {}, names)
    conditions = tuple(
        _condition(asked, bit, condition, decision)
        for bit, condition in enumerate(programme.conditions)
    )
    amount = None
    if all(one.state != "false" for one in conditions):
        amount = _amount(asked, pool, is_due=decision.outcome is Outcome.DUE)
    return Explanation(programme, month, decision.outcome, decision.amount_fen, conditions, amount)


def _condition(
    asked: Asked, bit: int, condition: Condition, decision: Decision
) -> ConditionExplained:
    held, unknown = decision.held, decision.unknown
    state: State = "unknown" if unknown >> bit & 1 else "true" if held >> bit & 1 else "false"
    return ConditionExplained(
        condition.id,
        condition.kind,
        state,
        condition.words,
        _values(asked, condition.tree),
        would_change(condition.tree, asked) if state == "false" else None,
    )


def _amount(asked: Asked, pool: PoolRate | None, *, is_due: bool) -> AmountExplained:
    lines, fen = amount_lines(asked, pool, is_due=is_due)
    amount = asked.programme.amount
    return AmountExplained(amount.words, lines, fen, _amount_values(asked), amount.figures)


def _amount_values(asked: Asked) -> tuple[ValueShown, ...]:
    programme = asked.programme
    rule = programme.amount.rule
    if not isinstance(rule, Pool):
        return _values(asked, rule.tree)
    fact = programme.facts.facts[rule.area]
    area = shown_fact(fact, fact_value(programme, asked.facts, rule.area))
    used = [ValueUsed(rule.area, fact.words, area, fact.feeds)]
    for name in (rule.pool, rule.area_total):
        parameter = programme.parameters[name]
        value = shown_parameter(parameter, parameter.value(asked.month))
        used.append(ValueUsed(f"{_PARAMETER}{name}", parameter.words, value, ()))
    return tuple(_shown(asked, one) for one in used)


def _values(asked: Asked, tree: Node) -> tuple[ValueShown, ...]:
    used = values_used(asked.programme, tree, asked.facts, asked.month, asked.receives)
    return tuple(_shown(asked, one) for one in used)


def _shown(asked: Asked, used: ValueUsed) -> ValueShown:
    if used.name.startswith(_PARAMETER):
        name = used.name.removeprefix(_PARAMETER)
        dated = asked.programme.parameters[name].dated(asked.month)
        if dated is not None:
            return ValueShown(
                used.name, used.label, used.shown, (), dated.mark, dated.effective, dated.citation
            )
    label = used.label
    if used.name.startswith(_RECEIVES):
        label = asked.names.get(used.name.removeprefix(_RECEIVES), label)
    return ValueShown(used.name, label, used.shown, used.feeds)


def _trees(programme: Programme) -> Iterator[Node]:
    yield from (condition.tree for condition in programme.conditions)
    if not isinstance(programme.amount.rule, Pool):
        yield programme.amount.rule.tree

"""The amount of one subject by the reference interpreter, in payable fen."""

from collections.abc import Mapping

from eligibility_rules.deciding.bind import bind
from eligibility_rules.deciding.fact_values import Amounts, Receives, fact_value, situation_of
from eligibility_rules.deciding.interpret import meaning
from eligibility_rules.deciding.pool import PoolRate, pool_rate
from eligibility_rules.deciding.rounding import to_payable
from eligibility_rules.language.kinds import Value
from eligibility_rules.month import Month
from eligibility_rules.programme import Pool, Programme


def amount_of(
    programme: Programme,
    facts: Mapping[str, Value],
    month: Month,
    receives: Receives,
    pool: PoolRate | None,
    amounts: Amounts | None = None,
) -> int | None:
    """The payable fen, or None where a fact, a figure or another programme's amount is unknown."""
    rule = programme.amount.rule
    if isinstance(rule, Pool):
        area = fact_value(programme, facts, rule.area)
        frozen = pool or approved_rate(programme, rule, month)
        if frozen is None or not isinstance(area, int):
            return None
        return frozen.amount_fen(area)
    tree = bind(rule.tree, month, programme.parameters)
    value = meaning(tree, situation_of(programme, facts, receives, amounts))
    return to_payable(value, programme.rounding) if isinstance(value, int) else None


def approved_rate(programme: Programme, rule: Pool, month: Month) -> PoolRate | None:
    """The rate by the approved total area alone."""
    fen = programme.parameters[rule.pool].value(month)
    total = programme.parameters[rule.area_total].value(month)
    if fen is None or total is None:
        return None
    return pool_rate(fen, total, rule.rate_decimals, [])

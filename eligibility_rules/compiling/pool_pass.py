"""The pass before the decisions: freeze the rate of every pool over all parts of a snapshot."""

from collections.abc import Callable, Iterable

from eligibility_rules.compiling.compile import chosen, pool_sum_sql, with_dependencies
from eligibility_rules.compiling.dialects import Dialect
from eligibility_rules.deciding.pool import PoolRate, settled_rate
from eligibility_rules.facts import Subject
from eligibility_rules.load import RuleSet
from eligibility_rules.month import Month
from eligibility_rules.programme import Pool


def freeze_pools(
    rules: RuleSet,
    subject: Subject,
    month: Month,
    table: str,
    added_up: Callable[[str], int],
    dialect: Dialect = Dialect.DUCKDB,
    codes: Iterable[str] | None = None,
) -> dict[str, PoolRate]:
    """The rates of a subject's pools, for `compile_sql` over each part.

    `added_up` runs a statement that says one whole number over every part that `table` stands for,
    and adds the numbers. A pool whose sum or area is not in force yet has no rate; its lines stay
    unknown.
    """
    frozen: dict[str, PoolRate] = {}
    for programme in with_dependencies(rules, chosen(rules, subject, codes)):
        rule = programme.amount.rule
        if not isinstance(rule, Pool):
            continue
        pool = programme.parameters[rule.pool].value(month)
        total = programme.parameters[rule.area_total].value(month)
        if pool is None or total is None:
            continue

        def paid_at(tried: PoolRate, code: str = programme.code) -> int:
            rates = {**frozen, code: tried}
            return added_up(pool_sum_sql(rules, code, month, table, rates, dialect))

        frozen[programme.code] = settled_rate(pool, total, rule.rate_decimals, paid_at)
    return frozen

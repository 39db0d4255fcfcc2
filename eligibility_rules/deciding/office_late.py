"""Whether a month is due only because the law's deadline counts where the office decided after it."""

from collections.abc import Mapping

from eligibility_rules.deciding.decision import Outcome
from eligibility_rules.deciding.evaluate import decide
from eligibility_rules.deciding.fact_values import Amounts, Receives
from eligibility_rules.deciding.pool import PoolRate
from eligibility_rules.language.kinds import Value
from eligibility_rules.load import RuleSet
from eligibility_rules.month import Month


def is_office_late(
    rules: RuleSet,
    code: str,
    facts: Mapping[str, Value],
    month: Month,
    receives: Receives | None = None,
    pool: PoolRate | None = None,
    amounts: Amounts | None = None,
) -> bool:
    """Whether a subject that is due would not be, had the law given no deadline (补发-机关原因).

    Raises RuleFault for an unknown programme or a fact of the wrong type.
    """
    programme = rules.programme(code)
    columns = {programme.facts.facts[name].column(code) for name in programme.deadlines}
    told = columns | set(programme.deadlines)
    if all(facts.get(name) is None for name in told):
        return False
    without = {name: value for name, value in facts.items() if name not in told}
    outcome = decide(rules, code, without, month, receives, pool, amounts).outcome
    return outcome is not Outcome.DUE

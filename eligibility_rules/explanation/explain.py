"""Say why: every condition with its sentence and values, then the amount's arithmetic."""

from collections.abc import Mapping

from eligibility_rules.deciding.decision import Outcome, Reason, State, ValueUsed
from eligibility_rules.deciding.pool import PoolRate
from eligibility_rules.explanation.show_amount import amount_reason
from eligibility_rules.explanation.show_values import values_used
from eligibility_rules.language.kinds import Value
from eligibility_rules.month import Month
from eligibility_rules.programme import Programme


def explain(
    programme: Programme,
    held: int,
    unknown: int,
    facts: Mapping[str, Value] | None = None,
    month: Month | None = None,
    *,
    receives: Mapping[str, Outcome] | None = None,
    pool: PoolRate | None = None,
    amounts: Mapping[str, int | None] | None = None,
) -> tuple[Reason, ...]:
    """The reasons behind two masks, in the order of the conditions.

    With `facts` (keyed by fact name or by column) and `month`, each reason carries the values it
    stood on and, if nothing was refused, a last reason `{code}-AMOUNT` shows the arithmetic.
    `receives` says what else the subject is due and `amounts` how many fen of it, `pool` the frozen
    rate of a pool programme.
    """
    reasons: list[Reason] = []
    for bit, condition in enumerate(programme.conditions):
        state: State = "unknown" if unknown >> bit & 1 else "true" if held >> bit & 1 else "false"
        values: tuple[ValueUsed, ...] = ()
        if facts is not None and month is not None:
            values = values_used(programme, condition.tree, facts, month, receives or {})
        words = condition.words
        reasons.append(Reason(condition.id, state, words.zh, words.en, values))
    refused = any(reason.state == "false" for reason in reasons)
    if facts is not None and month is not None and not refused:
        reasons.append(amount_reason(programme, facts, month, receives or {}, pool, amounts or {}))
    return tuple(reasons)

"""Look up a subject's facts, treating what cannot be believed as unknown."""

from collections.abc import Mapping
from datetime import date
from functools import partial

from eligibility_rules.deciding.decision import Outcome
from eligibility_rules.deciding.interpret import Situation, fits
from eligibility_rules.errors import RuleFault
from eligibility_rules.language.kinds import DAY_FIRST, DAY_LAST, Value
from eligibility_rules.programme import Programme
from eligibility_rules.words import Words

Receives = Mapping[str, Outcome]


def fact_value(programme: Programme, facts: Mapping[str, Value], name: str) -> Value:
    """A fact by name or column; out of range or not among the codes is unknown."""
    fact = programme.facts.facts[name]
    column = fact.column(programme.code)
    value = facts[name] if name in facts else facts.get(column)
    if value is None:
        return None
    if not fits(fact.kind, value):
        spoken = fact.kind.spoken
        raise RuleFault(
            "fact_type_wrong", Words(f"{name} 须为{spoken.zh}。", f"{name} must be {spoken.en}.")
        )
    if isinstance(value, date) and not DAY_FIRST <= value <= DAY_LAST:
        return None
    if fact.span is not None and isinstance(value, int) and value not in fact.span:
        return None
    if fact.codes and value not in fact.codes:
        return None
    return value


Amounts = Mapping[str, int | None]
"""Per programme the fen that the same subject is due from it; absent or None is unknown."""
Standings = Mapping[str, tuple[Outcome, int | None]]
"""Per rival its outcome and amount by itself."""
_ANSWERS = {Outcome.DUE: True, Outcome.NOT_DUE: False, Outcome.UNKNOWN: None}


def situation_of(
    programme: Programme,
    facts: Mapping[str, Value],
    receives: Receives,
    amounts: Amounts | None = None,
    standings: Standings | None = None,
) -> Situation:
    """The facts and receipts of a subject as the interpreter wants them."""
    return Situation(
        partial(fact_value, programme, facts),
        {code: _ANSWERS[outcome] for code, outcome in receives.items()},
        amounts or {},
        {code: (_ANSWERS[outcome], fen) for code, (outcome, fen) in (standings or {}).items()},
    )

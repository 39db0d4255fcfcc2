"""Decide one programme for one subject with the reference interpreter."""

from collections.abc import Iterable, Mapping

from eligibility_rules.amount import amount_of
from eligibility_rules.bind import bind
from eligibility_rules.decision import Decision, Outcome
from eligibility_rules.errors import RuleFault
from eligibility_rules.explain import explain
from eligibility_rules.fact_values import Receives, fact_value, situation_of
from eligibility_rules.interpret import meaning
from eligibility_rules.language.kinds import Value
from eligibility_rules.load import RuleSet
from eligibility_rules.month import Month
from eligibility_rules.pool import PoolRate, pool_rate
from eligibility_rules.programme import Pool, Programme


def evaluate(
    rules: RuleSet,
    code: str,
    facts: Mapping[str, Value],
    month: Month,
    receives: Receives | None = None,
    pool: PoolRate | None = None,
) -> Decision:
    """Decide programme `code` for a subject in a month, with reasons.

    `facts` are keyed by fact name (`p.birth`) or by snapshot column (`p__birth`); an absent or None
    fact is unknown, an absent event has not happened. `app.apply_date` means the application for
    `code`. `receives` are outcomes of other programmes; those not given are evaluated on the same
    facts. `pool` is the frozen rate of a pool programme; without it the rate of the approved total
    area is used. Raises RuleFault for an unknown programme or a fact of the wrong type.
    """
    programme = rules.programme(code)
    known = _received(rules, programme, facts, month, receives)
    outcome, amount, held, unknown = _decide(programme, facts, month, known, pool)
    reasons = explain(programme, held, unknown, facts, month, receives=known, pool=pool)
    return Decision(outcome, amount, held, unknown, reasons)


def freeze_pool(
    rules: RuleSet, code: str, month: Month, subjects: Iterable[Mapping[str, Value]]
) -> PoolRate | None:
    """The rate of a pool programme over all subjects of a snapshot; None if it is unknown.

    Every subject that is not refused shares, also those with an open question, so that settling
    the question later can never overdraw the pool.
    """
    programme = rules.programme(code)
    rule = programme.amount.rule
    if not isinstance(rule, Pool):
        raise RuleFault("not_a_pool", f"{code} does not share a pool.")
    fen = programme.parameters[rule.pool].value(month)
    total = programme.parameters[rule.area_total].value(month)
    if fen is None or total is None:
        return None
    areas: list[int] = []
    for facts in subjects:
        known = _received(rules, programme, facts, month, None)
        held, unknown = _masks(programme, facts, month, known)
        area = fact_value(programme, facts, rule.area)
        if held | unknown == (1 << len(programme.conditions)) - 1 and isinstance(area, int):
            areas.append(area)
    return pool_rate(fen, total, rule.rate_decimals, areas)


def _received(
    rules: RuleSet,
    programme: Programme,
    facts: Mapping[str, Value],
    month: Month,
    given: Receives | None,
) -> dict[str, Outcome]:
    known = dict(given or {})
    for code in programme.depends_on:
        if code not in known:
            other = rules.programme(code)
            inner = _received(rules, other, _without_applications(facts), month, given)
            known[code] = _decide(other, _without_applications(facts), month, inner, None)[0]
    return known


def _without_applications(facts: Mapping[str, Value]) -> dict[str, Value]:
    """Facts without the applications named for the programme first asked about."""
    return {name: value for name, value in facts.items() if not name.startswith("app.")}


def _masks(
    programme: Programme, facts: Mapping[str, Value], month: Month, receives: Receives
) -> tuple[int, int]:
    situation = situation_of(programme, facts, receives)
    held = unknown = 0
    for bit, condition in enumerate(programme.conditions):
        value = meaning(bind(condition.tree, month, programme.parameters), situation)
        held |= (value is True) << bit
        unknown |= (value is None) << bit
    return held, unknown


def _decide(
    programme: Programme,
    facts: Mapping[str, Value],
    month: Month,
    receives: Receives,
    pool: PoolRate | None,
) -> tuple[Outcome, int | None, int, int]:
    held, unknown = _masks(programme, facts, month, receives)
    if held | unknown != (1 << len(programme.conditions)) - 1:
        return Outcome.NOT_DUE, None, held, unknown
    if unknown:
        return Outcome.UNKNOWN, None, held, unknown
    amount = amount_of(programme, facts, month, receives, pool)
    outcome = Outcome.UNKNOWN if amount is None else Outcome.DUE
    return outcome, amount, held, unknown

"""Decide one programme for one subject with the reference interpreter."""

from collections.abc import Iterable, Mapping

from eligibility_rules.deciding.amount import amount_of
from eligibility_rules.deciding.bind import bind
from eligibility_rules.deciding.decision import Decision, Outcome
from eligibility_rules.deciding.fact_values import (
    Amounts,
    Receives,
    Standings,
    fact_value,
    situation_of,
)
from eligibility_rules.deciding.interpret import meaning
from eligibility_rules.deciding.pool import PoolRate, pool_rate
from eligibility_rules.errors import RuleFault
from eligibility_rules.explanation.explain import explain
from eligibility_rules.language.kinds import Value
from eligibility_rules.load import RuleSet
from eligibility_rules.month import Month
from eligibility_rules.programme import Pool, Programme
from eligibility_rules.words import Words


def evaluate(
    rules: RuleSet,
    code: str,
    facts: Mapping[str, Value],
    month: Month,
    receives: Receives | None = None,
    pool: PoolRate | None = None,
    amounts: Amounts | None = None,
) -> Decision:
    """Decide programme `code` for a subject in a month, with reasons.

    `facts` are keyed by fact name (`p.birth`) or by snapshot column (`p__birth`); an absent or None
    fact is unknown, an absent event has not happened. `app.apply_date` means the application for
    `code`. `receives` are outcomes of other programmes and `amounts` their fen; those not given are
    evaluated on the same facts. `pool` is the frozen rate of a pool programme; without it the rate
    of the approved total area is used. Raises RuleFault for an unknown programme or a fact of the
    wrong type.
    """
    programme = rules.programme(code)
    decider = _Decider(rules, code, facts, month, receives or {}, amounts or {})
    found = decider.decide(programme, pool)
    known, fens = decider.received(programme)
    reasons = explain(
        programme,
        found.held,
        found.unknown,
        facts,
        month,
        receives={**known, **{one: decider.stand(one).outcome for one in programme.rivals}},
        pool=pool,
        amounts=fens,
    )
    return Decision(found.outcome, found.amount_fen, found.held, found.unknown, reasons)


def decide(
    rules: RuleSet,
    code: str,
    facts: Mapping[str, Value],
    month: Month,
    receives: Receives | None = None,
    pool: PoolRate | None = None,
    amounts: Amounts | None = None,
) -> Decision:
    """The decision of :func:`evaluate` without its reasons, in a fraction of the time."""
    decider = _Decider(rules, code, facts, month, receives or {}, amounts or {})
    return decider.decide(rules.programme(code), pool)


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
        said = Words(f"{code} 不是按总额分摊的项目。", f"{code} does not share a pool.")
        raise RuleFault("not_a_pool", said)
    fen = programme.parameters[rule.pool].value(month)
    total = programme.parameters[rule.area_total].value(month)
    if fen is None or total is None:
        return None
    areas: list[int] = []
    for facts in subjects:
        found = _Decider(rules, code, facts, month, {}, {}).stand(code)
        area = fact_value(programme, facts, rule.area)
        if found.held | found.unknown == (1 << len(programme.conditions)) - 1 and isinstance(
            area, int
        ):
            areas.append(area)
    return pool_rate(fen, total, rule.rate_decimals, areas)


class _Decider:
    """Decides one subject's programmes, each once; rivals first by themselves."""

    def __init__(
        self,
        rules: RuleSet,
        asked: str,
        facts: Mapping[str, Value],
        month: Month,
        given: Receives,
        given_amounts: Amounts,
    ) -> None:
        self.rules = rules
        self.asked = asked
        self.facts = facts
        self.month = month
        self.given = given
        self.given_amounts = given_amounts
        self._standing: dict[str, Decision] = {}

    def stand(self, code: str, pool: PoolRate | None = None) -> Decision:
        """The decision by conditions and amount alone, the comparison with rivals left aside."""
        if code not in self._standing:
            self._standing[code] = self._decide(self.rules.programme(code), pool, {})
        return self._standing[code]

    def decide(self, programme: Programme, pool: PoolRate | None = None) -> Decision:
        """The decision as it is paid."""
        if not programme.rivals:
            return self.stand(programme.code, pool)
        standings = {
            code: (self.stand(code).outcome, self._amount_alone(code))
            for code in (programme.code, *programme.rivals)
        }
        return self._decide(programme, pool, standings)

    def received(self, programme: Programme) -> tuple[dict[str, Outcome], dict[str, int | None]]:
        """What the subject receives of the programmes that this one asks about."""
        outcomes, amounts = dict(self.given), dict(self.given_amounts)
        for code in programme.depends_on:
            if code not in outcomes:
                found = self.decide(self.rules.programme(code))
                outcomes[code], amounts[code] = found.outcome, found.amount_fen
        return outcomes, amounts

    def _amount_alone(self, code: str) -> int | None:
        programme = self.rules.programme(code)
        outcomes, amounts = self.received(programme)
        facts = self._facts_of(programme)
        return amount_of(programme, facts, self.month, outcomes, None, amounts)

    def _facts_of(self, programme: Programme) -> Mapping[str, Value]:
        """Facts without the applications named for the programme first asked about."""
        if programme.code == self.asked:
            return self.facts
        catalogue = programme.facts.facts
        return {
            name: value
            for name, value in self.facts.items()
            if not (name in catalogue and catalogue[name].per_programme)
        }

    def _decide(
        self, programme: Programme, pool: PoolRate | None, standings: Standings
    ) -> Decision:
        facts = self._facts_of(programme)
        receives, amounts = self.received(programme)
        situation = situation_of(programme, facts, receives, amounts, standings)
        held = unknown = asked = 0
        for bit, condition in enumerate(programme.conditions):
            if condition.compares and not standings:
                continue
            value = meaning(bind(condition.tree, self.month, programme.parameters), situation)
            asked |= 1 << bit
            held |= (value is True) << bit
            unknown |= (value is None) << bit
        if held | unknown != asked:
            return Decision(Outcome.NOT_DUE, None, held, unknown, ())
        if unknown:
            return Decision(Outcome.UNKNOWN, None, held, unknown, ())
        amount = amount_of(programme, facts, self.month, receives, pool, amounts)
        outcome = Outcome.UNKNOWN if amount is None else Outcome.DUE
        return Decision(outcome, amount, held, unknown, ())

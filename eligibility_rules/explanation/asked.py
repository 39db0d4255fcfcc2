"""What is asked about and what is known: one programme, one subject, one month."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from eligibility_rules.deciding.bind import bind
from eligibility_rules.deciding.decision import Outcome
from eligibility_rules.deciding.fact_values import Amounts, situation_of
from eligibility_rules.deciding.interpret import Situation, meaning
from eligibility_rules.language.kinds import Value
from eligibility_rules.language.tree import Node
from eligibility_rules.month import Month
from eligibility_rules.programme import Programme
from eligibility_rules.words import Words


@dataclass(frozen=True, slots=True)
class Asked:
    """Facts by name or column; outcomes and fen of the programmes this one asks about; all names."""

    programme: Programme
    facts: Mapping[str, Value]
    month: Month
    receives: Mapping[str, Outcome]
    amounts: Amounts = field(default_factory=dict)
    names: Mapping[str, Words] = field(default_factory=dict)
    """Programme code → name."""

    @property
    def situation(self) -> Situation:
        return situation_of(self.programme, self.facts, self.receives, self.amounts)

    def value(self, node: Node) -> Value:
        """What a part of a condition or amount comes to; None is unknown."""
        return meaning(bind(node, self.month, self.programme.parameters), self.situation)

    def name_of(self, code: str) -> Words:
        """What another programme is called."""
        return self.names.get(code, Words(code, code))

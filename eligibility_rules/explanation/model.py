"""What an explanation says; every text in both languages, every amount in whole fen."""

from dataclasses import dataclass
from datetime import date

from eligibility_rules.deciding.decision import Outcome, State
from eligibility_rules.evidence import Mark
from eligibility_rules.explanation.change import Change
from eligibility_rules.month import Month
from eligibility_rules.programme import ConditionKind, Programme
from eligibility_rules.words import Words


@dataclass(frozen=True, slots=True)
class ValueShown:
    """A value that a condition or an amount stood on.

    `feeds` are the codes of the feeds that say a fact, the one believed first in front; a legal
    value has none, but a `mark`, the day `since` it applies and its `citation`.
    """

    name: str
    label: Words
    shown: Words
    feeds: tuple[str, ...]
    mark: Mark | None = None
    since: date | None = None
    citation: str = ""


@dataclass(frozen=True, slots=True)
class ConditionExplained:
    """One condition: whether it held, the values it stood on, and what would make it hold."""

    id: str
    kind: ConditionKind
    state: State
    sentence: Words
    values: tuple[ValueShown, ...]
    would_change: Change | None
    """Only for a condition that did not hold, and only where it can be said exactly."""

    @property
    def feeds(self) -> tuple[str, ...]:
        """The feeds whose departments can correct what this stood on, each once."""
        return tuple(dict.fromkeys(feed for value in self.values for feed in value.feeds))


@dataclass(frozen=True, slots=True)
class AmountExplained:
    """The arithmetic of an amount; `fen` is the payable sum, None if it is not known."""

    rule: Words
    lines: tuple[Words, ...]
    fen: int | None
    values: tuple[ValueShown, ...]
    mark: Mark


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why one subject was, was not, or could not be found due one programme in a month."""

    programme: Programme
    month: Month
    outcome: Outcome
    amount_fen: int | None
    """What was decided, None unless due."""
    conditions: tuple[ConditionExplained, ...]
    amount: AmountExplained | None
    """None as soon as a condition did not hold: nothing is to be reckoned."""

    @property
    def period(self) -> str:
        """What the payment is for: a month, or a year."""
        return self.programme.period(self.month)

    @property
    def decisive(self) -> tuple[ConditionExplained, ...]:
        """What did not hold; else what is not known; else everything."""
        for state in ("false", "unknown"):
            found = tuple(one for one in self.conditions if one.state == state)
            if found:
                return found
        return self.conditions

    @property
    def agrees(self) -> bool:
        """Whether the arithmetic written out comes to exactly what was decided."""
        return self.amount_fen is None or (
            self.amount is not None and self.amount.fen == self.amount_fen
        )

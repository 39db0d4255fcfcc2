"""What a decision says in words: the same for everybody about whom the same was decided."""

from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from eligibility_rules import Reason, RuleSet, Words, explain
from service.assessment.cells import read


@dataclass(frozen=True, eq=False)
class Said:
    """One programme's outcome, with the sentence of every condition; shared, and so compared as itself."""

    programme: str
    names: Words
    department: Words
    outcome: str
    amount_fen: int | None
    is_sensitive: bool
    reasons: tuple[Reason, ...]

    @cached_property
    def decisive(self) -> tuple[Reason, ...]:
        """The reasons that decided: what did not hold, else what is not known, else everything."""
        for state in ("false", "unknown"):
            found = tuple(reason for reason in self.reasons if reason.state == state)
            if found:
                return found
        return self.reasons


class Teller:
    """Says what one rule set's decisions mean; what it said once it says again at once.

    Thousands of people share an outcome with its masks; a due one is rarer, for its amount.
    """

    def __init__(self, rules: RuleSet) -> None:
        self._rules = rules
        self.say = lru_cache(maxsize=32_768)(self._say)

    def _say(self, piece: str) -> Said | None:
        """Return what a piece of a cell says; nothing of a programme that the rules do not have."""
        code, decided = read(piece)
        programme = self._rules.programmes.get(code)
        if programme is None:
            return None
        return Said(
            programme=code,
            names=programme.names,
            department=programme.department.words,
            outcome=decided.outcome.name.lower(),
            amount_fen=decided.amount_fen,
            is_sensitive=programme.sensitive,
            reasons=explain(programme, decided.held, decided.unknown),
        )


def teller_of(rules: RuleSet) -> Teller:
    """Return the one who speaks for a rule set."""
    return _teller(_Rules(rules.digest, rules))


@dataclass(frozen=True)
class _Rules:
    digest: str
    whole: RuleSet = field(compare=False)


@lru_cache(maxsize=4)
def _teller(rules: _Rules) -> Teller:
    return Teller(rules.whole)

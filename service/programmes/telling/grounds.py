"""What an explanation stands on beside the rules."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from eligibility_rules.asking.what_would_change import Ways
from service.residents.corrections import Lent
from service.residents.snapshot import Source


@dataclass(frozen=True)
class Grounds:
    """What was decided by, in the language that is told; whose word it was; what would change it.

    ``basis`` are values by the keys of :data:`~.words.BASIS`. ``sources`` are by feed, one that
    never came is not there; None where the facts were given and no department was asked.
    """

    basis: Mapping[str, str]
    sources: Mapping[str, Source] | None = None
    ways: Ways = field(default_factory=Ways)
    lent: Mapping[str, Lent] = field(default_factory=dict)
    """Fact → that it was taken for a time instead of the department's word."""

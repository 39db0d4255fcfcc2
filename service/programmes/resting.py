"""Which other programmes the decisions of a month rest on, for whoever mends them."""

from collections.abc import Mapping
from weakref import WeakKeyDictionary

from sqlalchemy.orm import Session

from eligibility_rules import Resting, RuleSet, resting
from service.foundation.months import Month
from service.programmes.in_force import rules_for

__all__ = ["Resting", "resting_in"]


_read: WeakKeyDictionary[RuleSet, Mapping[str, Resting]] = WeakKeyDictionary()
"""What was read of each rule set: mending asks it anew for every programme and month."""


def resting_in(session: Session, month: Month | str) -> Mapping[str, Resting]:
    """Return by programme, in dependency order, which others its decisions of a month rest on."""
    rules = rules_for(session, month)
    found = _read.get(rules)
    if found is None:
        found = {code: resting(one) for code, one in rules.programmes.items()}
        _read[rules] = found
    return found

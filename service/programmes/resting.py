"""Which other programmes the decisions of a month rest on, for whoever mends them."""

from sqlalchemy.orm import Session

from eligibility_rules import Resting, resting
from service.foundation.months import Month
from service.programmes.in_force import rules_for

__all__ = ["Resting", "resting_in"]


def resting_in(session: Session, month: Month | str) -> dict[str, Resting]:
    """Return by programme, in dependency order, which others its decisions of a month rest on."""
    return {code: resting(one) for code, one in rules_for(session, month).programmes.items()}

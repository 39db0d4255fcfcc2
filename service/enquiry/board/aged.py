"""How old the board's numbers are; whoever reads it in the hall cannot ask."""

from dataclasses import dataclass
from datetime import date

from service.web.filters import long_day
from service.web.language import gettext, ngettext

OLD_AFTER_DAYS = 35
"""Money comes once a month: after so many days without a closed bank day something is behind."""


@dataclass(frozen=True)
class Age:
    """As of which day, as a sentence; ``is_old`` asks for attention."""

    text: str
    is_old: bool = False


def age(closed_on: date | None, today: date) -> Age:
    """Return how far the numbers reach."""
    if closed_on is None:
        return Age(gettext("No bank day has been closed yet; what came may be incomplete."), True)
    until = gettext("As of %(day)s") % {"day": long_day(closed_on)}
    behind = (today - closed_on).days
    if behind <= OLD_AFTER_DAYS:
        return Age(until)
    return Age(
        until
        + gettext("; ")
        + ngettext("nothing newer for %(num)s day.", "nothing newer for %(num)s days.", behind)
        % {"num": behind},
        True,
    )

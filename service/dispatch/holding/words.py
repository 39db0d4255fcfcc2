"""Why a line was left out of a signed list, and how that ended, in words."""

from service.batches.withheld.queries import Held
from service.batches.words import hold_sentence
from service.web.language import gettext


def why(held: Held) -> str:
    """Return the officers' reason, or what the control found."""
    return hold_sentence(held.line.control) if held.line.control else held.act.reason


def ended(held: Held) -> str:
    """Return what became of a hold; "" while it stands."""
    if held.line.ended_how == "called_back":
        return gettext("its list was called back")
    if held.line.ended_how == "released":
        return gettext("released: %(reason)s") % {"reason": held.line.ended_reason}
    return ""

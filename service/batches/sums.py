"""A batch's two sums as people add them up: against last month, and down to what is paid."""

from typing import Any

from service.batches.figures import Totals
from service.web.filters import number, yuan
from service.web.language import gettext

Term = tuple[str, str, str]
"""Sign, label and value of one term of a sum."""


def comparison_terms(comparison: dict[str, Any]) -> list[Term]:
    """Return last + joined − left ± changed = this, in yuan, each with its number of recipients."""
    if not comparison:
        return []
    labels = {
        "last": ("", gettext("Last month")),
        "joined": ("+", gettext("Joined")),
        "left": ("−", gettext("Left")),
        "changed": ("+" if comparison["changed"]["amount_fen"] >= 0 else "−", gettext("Changed")),
        "this": ("=", gettext("This month")),
    }
    return [
        (
            sign,
            f"{label} ({number(comparison[part]['count'])})",
            yuan(abs(comparison[part]["amount_fen"])),
        )
        for part, (sign, label) in labels.items()
    ]


def to_pay_terms(sums: Totals) -> list[Term]:
    """Return list − held = to pay, in yuan; nothing when no line is held."""
    if not sums.held:
        return []
    # Not inside the f-strings: what is extracted for translation does not look in there.
    listed, held, to_pay = gettext("On the list"), gettext("Held"), gettext("To pay")
    return [
        ("", f"{listed} ({number(sums.lines)})", yuan(sums.amount_fen)),
        ("−", f"{held} ({number(sums.held)})", yuan(sums.held_fen)),
        ("=", f"{to_pay} ({number(sums.payable)})", yuan(sums.payable_fen)),
    ]

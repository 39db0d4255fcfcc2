"""Explanations: why and why not, whole enough for an auditor and plain enough for a resident.

`explain_whole` turns the masks of one decision and the facts it stood on into an `Explanation`:
every condition with its state, its values and what would make it hold, then the amount line by
line. `sentences` writes it out. Everything is in both languages; where something cannot be said
exactly, nothing is said.
"""

from eligibility_rules.explanation.build import explain_whole, facts_read
from eligibility_rules.explanation.change import Change, would_change
from eligibility_rules.explanation.model import (
    AmountExplained,
    ConditionExplained,
    Explanation,
    ValueShown,
)

__all__ = [
    "AmountExplained",
    "Change",
    "ConditionExplained",
    "Explanation",
    "ValueShown",
    "explain_whole",
    "facts_read",
    "would_change",
]

"""Explanations in sentences: the one text of every place that says why and why not.

`tell` writes an explanation; the officer's page, the resident's page, the letter, ``anxin month
explain`` and ``anxin rules explain`` only lay it out. No sentence about a decision stands elsewhere.
"""

from service.programmes.telling.grounds import Grounds
from service.programmes.telling.tell import evidence_tag, tell
from service.programmes.telling.text import as_text
from service.programmes.telling.told import AmountTold, ConditionTold, LawTold, Told, ValueTold

__all__ = [
    "AmountTold",
    "ConditionTold",
    "Grounds",
    "LawTold",
    "Told",
    "ValueTold",
    "as_text",
    "evidence_tag",
    "tell",
]

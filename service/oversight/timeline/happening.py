"""One thing that happened on the way, and how everything is put in order."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from service.web.language import gettext, translatable
from service.web.view_models import Tone

STEPS: dict[str, str] = {
    "rules": translatable("rules"),
    "facts": translatable("facts"),
    "decision": translatable("decision"),
    "list": translatable("list"),
    "screening": translatable("screening"),
    "notice": translatable("notice"),
    "approval": translatable("approval"),
    "signature": translatable("signature"),
    "file": translatable("bank file"),
    "answer": translatable("bank's answer"),
    "statement": translatable("statement"),
    "ledger": translatable("ledger"),
    "recall": translatable("recall"),
    "correction": translatable("correction"),
    "reading": translatable("looked at"),
}
"""What part of the way something belongs to, in the order of things of one instant."""
_ORDER = {step: place for place, step in enumerate(STEPS)}


@dataclass(frozen=True)
class Happening:
    """One thing: when, what part of the way, what in words, who, why, and where its page is.

    ``index`` is the place of its entry in the audit trail; None where the trail has no entry of its
    own for it (or none that is signed yet), as for a line of a bank's file.
    """

    at: datetime
    step: str
    what: str
    who: str = ""
    note: str = ""
    href: str = ""
    index: int | None = None
    act: str = ""
    tone: Tone = ""

    @property
    def step_in_words(self) -> str:
        return gettext(STEPS[self.step])


def in_order(found: Iterable[Happening]) -> list[Happening]:
    """Return what happened, first to last; of one instant in the order of the way."""
    return sorted(found, key=lambda one: (one.at, _ORDER[one.step], one.index or 0, one.what))

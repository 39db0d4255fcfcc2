"""What a letter says of how a decision is paid: later stages know, and register who tells it."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from service.assessment.explain import Whole


@dataclass(frozen=True)
class Said:
    """One paragraph in both languages."""

    en: str
    zh: str


Teller = Callable[[Session, str, str, int, str], Said | None]
"""(session, programme, kind of subject, its id, period) → what is to be said, or None."""
_tellers: list[Teller] = []


def register(teller: Teller) -> Teller:
    """Let a stage's function tell how a decision is paid; usable as decorator."""
    if teller not in _tellers:
        _tellers.append(teller)
    return teller


def how_paid(session: Session, whole: Whole, language: str) -> list[str]:
    """Return the paragraphs about how a decision is paid, in ``zh`` or ``en``."""
    explanation = whole.explanation
    asked = (
        explanation.programme.code,
        whole.subject.value,
        whole.subject_id,
        str(explanation.period),
    )
    found = [teller(session, *asked) for teller in _tellers]
    return [one.zh if language == "zh" else one.en for one in found if one is not None]

"""A stored decision told: what it was decided by, whose word it stands on, and the one text."""

from datetime import datetime

from service.assessment.explain import Whole
from service.foundation import clock
from service.foundation.spoken import spoken_period
from service.programmes import telling
from service.programmes.telling import Grounds, Told


def tell(whole: Whole, language: str, *, traced: bool, guarded: bool = False) -> Told:
    """Return a decision's explanation in ``zh`` or ``en``; ``traced`` for officers and auditors.

    ``guarded``: whoever reads may not see what the most sensitive feeds say; states remain.
    """
    basis = {
        "reference": reference(whole),
        "month": spoken_period(whole.assessment.month, language),
        "period": spoken_period(whole.explanation.period, language),
        "known": _moment(whole.known_at),
        "decided": _moment(whole.assessment.assessed_at),
        "rules": whole.assessment.rule_digest[:16],
        "snapshot": whole.snapshot.digest[:16],
    }
    grounds = Grounds(basis, whole.sources, whole.ways, whole.lent)
    return telling.tell(whole.explanation, grounds, language, traced=traced, guarded=guarded)


def reference(whole: Whole) -> str:
    """Return what a decision is called on letters: month, programme and subject, nothing personal."""
    kind = whole.subject.value[0].upper()
    code = whole.explanation.programme.code
    return f"{whole.assessment.month}-{code}-{kind}{whole.subject_id}"


def _moment(at: datetime) -> str:
    return f"{clock.civil(at):%Y-%m-%d %H:%M}"

"""A higher rate learned too late to be paid back: the lower is not asked back beneath it."""

import pytest
from sqlalchemy.orm import Session

from service.assessment.models import Assessment
from service.audit.actor import SYSTEM
from service.batches.build import build
from service.batches.mending.mend import mend
from service.foundation.months import Month
from service.programmes.in_force import rules_for
from service.residents.models import Person
from tests.factories.assessment import AssessmentFactory, DecisionFactory
from tests.factories.batches import payee
from tests.factories.mending import MAKER, Months

LOWER, HIGHER = "MZ09", "TY02"
"""The care subsidy for the disabled yields to the one for disabled soldiers, which pays a year back."""
NOW = Month(2026, 10)


@pytest.fixture
def months(made: Session) -> Months:
    return Months(made, programme=LOWER)


@pytest.fixture
def person(months: Months) -> Person:
    """Somebody to whom the lower was paid for two months, one of them more than a year ago."""
    found = payee()
    months.knows(found, "2025-08", "2026-09")
    months.run("2025-08", "2026-09")
    return found


def _learned(month: str, person: Person, higher_fen: int, *, refused: bool = False) -> Assessment:
    """The month again: the higher was due, so the lower was not; ``refused``: nor for its own sake."""
    assessment: Assessment = AssessmentFactory.create(month=month)
    session = Session.object_session(assessment)
    assert session is not None
    conditions = rules_for(session, NOW).programme(LOWER).conditions
    bits = {one.id: 1 << bit for bit, one in enumerate(conditions)}
    failed = bits[f"{LOWER}-STACK-{HIGHER}"] | (bits[f"{LOWER}-C3"] if refused else 0)
    DecisionFactory.create(
        assessment=assessment, programme=LOWER, subject_id=person.id, outcome="not_due",
        amount_fen=None, held_mask=sum(bits.values()) & ~failed,
    )  # fmt: skip
    if higher_fen:
        DecisionFactory.create(
            assessment=assessment, programme=HIGHER, subject_id=person.id, amount_fen=higher_fen
        )
    return assessment


def _mended(
    months: Months, person: Person, higher_fen: int, *, refused: bool = False
) -> dict[str, int]:
    past = [_learned(one, person, higher_fen, refused=refused) for one in ("2025-08", "2026-09")]
    for _ in range(2):
        mend(months.session, LOWER, NOW, past, by=MAKER)
    return months.asked(person)


@pytest.mark.parametrize(
    ("higher_fen", "asked"),
    [
        # Within the year the higher is paid late, so the lower comes back whole; before, it does not.
        (30_000, {"2026-09": 10_000}),
        (10_000, {"2026-09": 10_000}),
        (6_000, {"2025-08": 4_000, "2026-09": 10_000}),
        (0, {"2025-08": 10_000, "2026-09": 10_000}),
    ],
)
def test_only_what_was_more_than_the_other_is_asked_back_where_the_other_is_paid_no_more(
    months: Months, person: Person, higher_fen: int, asked: dict[str, int]
) -> None:
    assert _mended(months, person, higher_fen) == asked


def test_what_was_not_due_for_its_own_sake_comes_back_whole(months: Months, person: Person) -> None:
    assert _mended(months, person, 30_000, refused=True) == {"2025-08": 10_000, "2026-09": 10_000}


def test_where_the_other_was_paid_the_lower_comes_back_whole(
    months: Months, person: Person, made: Session
) -> None:
    assessment = _learned("2025-08", person, 30_000)
    assert build(made, assessment, HIGHER, by=SYSTEM) is not None
    mend(made, LOWER, NOW, [assessment], by=MAKER)
    assert months.asked(person) == {"2025-08": 10_000}


def test_a_case_is_lessened_once_the_other_is_known_to_have_been_due(
    months: Months, person: Person, made: Session
) -> None:
    mend(made, LOWER, NOW, [_learned("2025-08", person, 0)], by=MAKER)
    assert months.asked(person) == {"2025-08": 10_000}
    mend(made, LOWER, NOW, [_learned("2025-08", person, 6_000)], by=MAKER)
    assert months.asked(person) == {"2025-08": 4_000}
    mend(made, LOWER, NOW, [_learned("2025-08", person, 12_000)], by=MAKER)
    assert months.asked(person) == {}
    assert [case.state for case in months.cases(person)] == ["withdrawn"]

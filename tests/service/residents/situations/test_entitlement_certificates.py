"""Disability certificates that run out or change, and departments that are silent."""

import pytest

from tests.service.residents.situations.offices import DUE_NOTHING, Offices

SEVERE, MIDDLE = ("due", 50_000), ("due", 25_000)


def _disabled(offices: Offices, birth: str = "1980-05-05", **certificate: str) -> str:
    """A severely disabled person who applied, was approved, and cannot look after herself."""
    person = offices.resident(birth)
    _certified(offices, person, **certificate)
    offices.says(
        "MZ_ELD", person, selfcare="完全不能", assessed_on="2026-01-10", valid_to="2029-01-09"
    )
    offices.says(
        "XZ_COLL", person, programme="MZ09", apply_date="2026-05-05", approve_date="2026-05-20"
    )
    return person


def _certified(offices: Offices, person: str, **changes: str) -> None:
    given = {"category": "肢体", "grade": "二级", "expires_on": "2036-10-01", "status": "正常"}
    offices.says("CL_CERT", person, **{**given, **changes})


def test_a_certificate_that_ran_out_suspends_from_the_next_month_until_it_is_renewed(
    offices: Offices,
) -> None:
    """Situation 57: the last month of the certificate is paid; renewed, every month is due again.

    The months between, asked again after the renewal, are due: those are the arrears.
    """
    person = _disabled(offices, expires_on="2026-09-15")
    said = [offices.decide(month).of(person, "MZ09") for month in ("2026-09", "2026-10")]
    assert said == [SEVERE, DUE_NOTHING]
    _certified(offices, person, expires_on="2036-09-15")
    again = [offices.decide(month).of(person, "MZ09") for month in ("2026-10", "2026-11")]
    assert again == [SEVERE, SEVERE]


@pytest.mark.parametrize(
    ("category", "expected"),
    [("肢体", DUE_NOTHING), ("智力", SEVERE), ("精神", SEVERE)],
)
def test_a_grade_that_became_lighter_ends_the_care_subsidy_but_for_mind_and_intellect(
    offices: Offices, category: str, expected: tuple[str, int | None]
) -> None:
    """Situation 57: from grade two to three the care subsidy ends, unless the mind is disabled."""
    person = _disabled(offices, category=category)
    assert offices.decide("2026-10").of(person, "MZ09") == SEVERE
    _certified(offices, person, category=category, grade="三级")
    assert offices.decide("2026-11").of(person, "MZ09") == expected


def test_an_assessment_that_changed_changes_the_tier_and_nothing_else(offices: Offices) -> None:
    """Situation 57: the tier follows the newest assessment; the month before stays decided."""
    person = _disabled(offices)
    before = offices.decide("2026-10")
    offices.says(
        "MZ_ELD", person, selfcare="基本不能", assessed_on="2026-10-20", valid_to="2029-10-19"
    )
    assert offices.decide("2026-11").of(person, "MZ09") == MIDDLE
    assert before.of(person, "MZ09") == SEVERE


@pytest.mark.parametrize("status", ["冻结", "迁移中"])
def test_a_frozen_certificate_ends_nobodys_right_and_is_not_a_valid_one(
    offices: Offices, status: str
) -> None:
    """Situation 58: while it is frozen for a transfer nothing new is due; what was decided stays."""
    person = _disabled(offices)
    before = offices.decide("2026-10")
    _certified(offices, person, status=status)
    november = offices.decide("2026-11")
    assert (before.of(person, "MZ09"), november.of(person, "MZ09")) == (SEVERE, DUE_NOTHING)
    assert november.fact(person, "dis__cert_status") == status


@pytest.mark.parametrize("silent", ["CL_CERT", "MZ_ELD"])
def test_a_department_that_never_spoke_makes_it_unknown_and_never_a_no(
    offices: Offices, silent: str
) -> None:
    """Situation 53: a missing list is no answer: nobody is added and nobody is refused on it."""
    person = _disabled(offices)
    offices.never(silent)
    assert offices.decide("2026-10").of(person, "MZ09") == ("unknown", None)

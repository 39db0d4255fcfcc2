"""Birthdays: what begins, changes or ends in which month, decided from what departments deliver."""

from datetime import date

import pytest

from service.audit.actor import SYSTEM
from service.batches.build import build
from tests.service.residents.situations.offices import DUE_NOTHING, Offices

EIGHTIES, NINETIES, HUNDRED = ("due", 6_000), ("due", 10_000), ("due", 40_000)


@pytest.mark.parametrize(
    ("month", "expected"), [("2026-01", EIGHTIES), ("2026-02", NINETIES), ("2026-03", NINETIES)]
)
def test_who_was_born_on_29_february_turns_ninety_in_february_of_any_year(
    offices: Offices, month: str, expected: tuple[str, int]
) -> None:
    """Situation 25: the rules count months, so a day that a year has not makes nobody wait."""
    elder = offices.resident("1936-02-29")
    assert offices.decide(month).of(elder, "MZ15") == expected


@pytest.mark.parametrize("birth", ["1946-10-01", "1946-10-31"])
def test_whoever_turns_eighty_in_a_month_is_due_that_whole_month(
    offices: Offices, birth: str
) -> None:
    """Situation 26: the last day of the month or the first, the month of the birthday is paid."""
    elder = offices.resident(birth)
    assert offices.decide("2026-09").of(elder, "MZ15") == DUE_NOTHING
    assert offices.decide("2026-10").of(elder, "MZ15") == EIGHTIES


def test_sixty_on_the_first_counts_from_that_month_for_soldiers_and_pensions_say_themselves(
    offices: Offices,
) -> None:
    """Situation 27: rules may ask either date, because both are facts of the snapshot.

    The programmes themselves – aid for old soldiers from the month of the birthday, the residents'
    pension from the month after – are not written yet. Their facts are the birth, the discharge,
    and whether the pension office already pays: it begins on the day that office delivers.
    """
    soldier = offices.resident("1966-10-01")
    offices.says(
        "TY_SERV", soldier, enlisted_on="1984-11-01", discharged_on="1988-11-01",
        rural_at_discharge="是",
    )  # fmt: skip
    offices.says("RS_INS", soldier, benefit="城乡居民养老", from_date="2026-11-01")
    october, november = offices.decide("2026-10"), offices.decide("2026-11")
    assert october.fact(soldier, "p__birth") == date(1966, 10, 1)
    assert october.fact(soldier, "vet__discharge_date") == date(1988, 11, 1)
    assert october.fact(soldier, "vet__rural_at_discharge") is True
    assert october.fact(soldier, "ins__rural_pension_receiving") is False
    assert november.fact(soldier, "ins__rural_pension_receiving") is True


def test_the_month_of_the_hundredth_birthday_has_one_line_at_the_higher_rate(
    offices: Offices,
) -> None:
    """Situation 28: never both; the allowance ends in the month in which the other begins.

    That somebody looks at the proof of age before the first payment is no control yet.
    """
    elder = offices.resident("1926-10-31")
    before = offices.decide("2026-09")
    assert (before.of(elder, "MZ15"), before.of(elder, "MZ16")) == (NINETIES, DUE_NOTHING)
    found = offices.decide("2026-10")
    assert (found.of(elder, "MZ15"), found.of(elder, "MZ16")) == (DUE_NOTHING, HUNDRED)
    assert build(offices.session, found.assessment, "MZ15", by=SYSTEM) is None
    batch = build(offices.session, found.assessment, "MZ16", by=SYSTEM)
    assert batch is not None


def test_an_orphan_who_turns_eighteen_stays_one_while_studying_and_on_the_roll(
    offices: Offices,
) -> None:
    """Situation 29: age ends nothing by itself; the roll and the school say what goes on.

    The orphans' allowance is not written yet. Its facts: whether civil affairs still lists the
    child, whether and where it studies. A programme that is written, the subsidy of disabled people
    in hardship, is not given beside it for as long.
    """
    pupil, student, leaver = (offices.resident("2008-10-15") for _ in range(3))
    for child in (pupil, student, leaver):
        offices.says("MZ_CHILD", child, **{"class": "孤儿", "recognised_on": "2015-05-01"})
    school = {"from_date": "2024-09-01", "stage": "普高", "full_time": "是"}
    offices.says("JY_STU", pupil, status="在读", **school)
    offices.says("JY_STU", leaver, status="毕业", to_date="2026-06-30", **school)
    offices.says(
        "JY_HE", student, status="在读", from_date="2026-09-01", entry_year=2026, full_time="是"
    )
    found = offices.decide("2026-11")
    studying = {
        child: (
            found.fact(child, "child__orphan"),
            found.fact(child, "child__studying_fulltime"),
            found.fact(child, "stu__stage") if child != leaver else "",
        )
        for child in (pupil, student, leaver)
    }
    assert studying == {
        pupil: (True, True, "普高"),
        student: (True, True, "高校"),
        leaver: (True, False, ""),
    }


def _disabled_child(offices: Offices, birth: str) -> str:
    """A disabled child without income in a family above the line, who applied long ago."""
    child = offices.resident(birth)
    offices.says("CL_CERT", child, grade="三级", expires_on="2033-01-01", status="正常")
    offices.says(
        "MZ_CHECK", child, income_pc_fen="9000", monthly_income_fen="0", authorised="是",
        refused_check="否", report_date="2026-08-01",
    )  # fmt: skip
    offices.says(
        "XZ_COLL", child, programme="MZ08", apply_date="2026-06-05", approve_date="2026-06-20"
    )
    return child


def test_at_sixteen_a_disabled_childs_own_income_counts_too(offices: Offices) -> None:
    """Situation 30: the family was above the line; from sixteen the own income opens a second way."""
    child = _disabled_child(offices, "2010-11-30")
    assert offices.decide("2026-10").of(child, "MZ08") == DUE_NOTHING
    outcome, fen = offices.decide("2026-11").of(child, "MZ08")
    assert (outcome, bool(fen)) == ("due", True)


@pytest.mark.parametrize(
    ("month", "expected"),
    [
        ("2025-12", ("due", 360_000)),
        ("2026-11", ("due", 360_000)),
        ("2027-12", ("due", 360_000)),
        ("2028-01", DUE_NOTHING),
    ],
)
def test_a_child_of_december_2025_has_three_whole_years(
    offices: Offices, month: str, expected: tuple[str, int | None]
) -> None:
    """Situation 34: three calendar years of the full amount, not thirty-seven months."""
    child = offices.resident("2025-12-20")
    offices.says("WJ_FP", child, legal_birth="是", birth_order=1)
    offices.says(
        "XZ_COLL", child, programme="WJ06", apply_date="2025-12-28", approve_date="2025-12-30"
    )
    assert offices.decide(month).of(child, "WJ06") == expected

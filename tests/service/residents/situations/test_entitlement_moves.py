"""Moves: one county pays each month, and a move inside the county stops nothing."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.assessment.models import Decision
from service.foundation.settings import settings
from tests.service.residents.situations.offices import (
    DUE_NOTHING,
    HERE,
    NEXT_COUNTY,
    OTHER_VILLAGE,
    Decided,
    Offices,
)

EIGHTIES = ("due", 6_000)
YEAR = ("due", 60_000)


def _division(session: Session, decided: Decided, person_id: int) -> str | None:
    return session.scalars(
        select(Decision.division).where(
            Decision.assessment_id == decided.assessment.id,
            Decision.subject_id == person_id,
            Decision.programme == "MZ15",
        )
    ).one()


def test_a_move_inside_the_county_keeps_the_month_with_the_village_of_the_first_day(
    offices: Offices, session: Session
) -> None:
    """Situation 19: no stop; the line of the month stays in the old village, the next is in the new."""
    elder = offices.resident("1940-03-03", division=OTHER_VILLAGE)
    offices.says(
        "GA_MIG", elder, moved_on="2026-10-15", from_division=HERE, to_division=OTHER_VILLAGE
    )
    october, november = offices.decide("2026-10"), offices.decide("2026-11")
    assert (october.of(elder, "MZ15"), november.of(elder, "MZ15")) == (EIGHTIES, EIGHTIES)
    person = offices.person_id(elder)
    assert _division(session, october, person) == HERE
    assert _division(session, november, person) == OTHER_VILLAGE


def test_a_move_to_another_county_ends_the_month_or_the_year_as_each_programme_says(
    offices: Offices,
) -> None:
    """Situation 20: the monthly item stops next month; the migrant's year is paid to its end.

    Pensions of the veterans' law, paid by the old county to 31 December, are not written yet.
    """
    leaver = offices.resident("1940-03-03", division=NEXT_COUNTY, status="迁出")
    offices.says(
        "GA_MIG", leaver, moved_on="2026-09-10", from_division=HERE, to_division=NEXT_COUNTY
    )
    offices.says(
        "SL_MIG", leaver, moved_on="2008-05-01", term_end="2028-05-01", mode="直补", registered="是"
    )
    september, october = offices.decide("2026-09"), offices.decide("2026-10")
    assert (september.of(leaver, "MZ15"), october.of(leaver, "MZ15")) == (EIGHTIES, DUE_NOTHING)
    assert (october.of(leaver, "SL01"), offices.decide("2027-01").of(leaver, "SL01")) == (
        YEAR,
        DUE_NOTHING,
    )


@pytest.mark.parametrize(
    ("moved_on", "expected"),
    [("2026-09-30", EIGHTIES), ("2026-10-01", DUE_NOTHING), ("2026-10-20", DUE_NOTHING)],
)
def test_who_moves_in_is_paid_from_the_following_month(
    offices: Offices, moved_on: str, expected: tuple[str, int | None]
) -> None:
    """Situation 21: the month of the move is the former county's, so nobody pays it twice.

    Its written confirmation that it stopped is a paper: no feed brings it.
    """
    comer = offices.resident("1940-03-03")
    offices.says("GA_MIG", comer, moved_on=moved_on, from_division=NEXT_COUNTY, to_division=HERE)
    assert offices.decide("2026-10").of(comer, "MZ15") == expected
    assert offices.decide("2026-11").of(comer, "MZ15") == EIGHTIES


@contextmanager
def _serving(monkeypatch: pytest.MonkeyPatch, county: str) -> Iterator[None]:
    with monkeypatch.context() as inner:
        inner.setenv("ANXIN_COUNTY_DIVISION", county)
        settings.cache_clear()
        yield
    settings.cache_clear()


@pytest.mark.parametrize("moved_on", ["2026-09-01", "2026-09-02"])
def test_two_counties_that_hear_of_one_move_pay_each_month_once_between_them(
    offices: Offices, monkeypatch: pytest.MonkeyPatch, moved_on: str
) -> None:
    """Situation 75: the county that had the person pays the month of the move, the other the next.

    No feed matches payments across counties. What can be tested: the same move, decided by two
    installations, one for each county, is never paid by both and never by none.
    """
    mover = offices.resident("1940-03-03", division=NEXT_COUNTY, status="迁出")
    offices.says("GA_MIG", mover, moved_on=moved_on, from_division=HERE, to_division=NEXT_COUNTY)
    months = ("2026-09", "2026-10")
    here = [offices.decide(month).of(mover, "MZ15") for month in months]
    offices.says("GA_HUKOU", mover, birth="1940-03-03", division=NEXT_COUNTY, status="正常")
    with _serving(monkeypatch, NEXT_COUNTY[:6]):
        there = [offices.decide(month).of(mover, "MZ15") for month in months]
    for month, ours, theirs in zip(months, here, there, strict=True):
        assert {ours, theirs} == {EIGHTIES, DUE_NOTHING}, (month, ours, theirs)
    assert (here[0], there[1]) == (EIGHTIES, EIGHTIES)

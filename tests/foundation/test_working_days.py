"""Days are counted from the day after; offices are shut on holidays and open on some weekends."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.foundation.working_days import CalendarBroken, calendar, last_day, read_calendar

DAYS = st.dates(date(2024, 12, 1), date(2027, 12, 31))
A_YEAR = """
2026:
  source: test
  evidence: memory
  holidays: [{name: 元旦, from: 2026-01-01, to: %s}]
  worked: [%s]
"""


@pytest.mark.parametrize(
    ("day", "is_working"),
    [
        (date(2025, 1, 26), True),  # a Sunday worked for the Spring Festival
        (date(2025, 2, 4), False),
        (date(2025, 10, 8), False),
        (date(2025, 10, 11), True),
        (date(2026, 1, 2), False),
        (date(2026, 1, 4), True),
        (date(2026, 2, 23), False),
        (date(2026, 2, 28), True),
        (date(2026, 10, 8), True),
        (date(2026, 11, 28), False),  # a plain Saturday
        (date(2027, 1, 1), True),  # not announced: only weekends are known
    ],
)
def test_days_as_the_state_council_said(day: date, is_working: bool) -> None:
    assert calendar().is_working(day) is is_working


@pytest.mark.parametrize(("year", "holidays", "exchanged"), [(2025, 28, 5), (2026, 33, 6)])
def test_how_many_days_a_year_has(year: int, holidays: int, exchanged: int) -> None:
    assert sum(day.year == year for day in calendar().off) == holidays
    assert sum(day.year == year for day in calendar().worked) == exchanged
    assert "sourced" in calendar().sources[year]


def test_five_working_days_over_the_national_holiday() -> None:
    counted = last_day(date(2026, 9, 30), 5, working=True)
    # Off until the 7th; then Thursday, Friday, the Saturday that is worked, Monday, Tuesday.
    assert counted.last == date(2026, 10, 13)
    assert counted.unknown_years == ()


def test_a_year_nobody_announced_counts_weekends_and_says_so() -> None:
    counted = last_day(date(2026, 12, 30), 3, working=True)
    assert counted.last == date(2027, 1, 4)
    assert counted.unknown_years == (2027,)
    assert "unknown" in calendar().sources[2027]


@given(DAYS, st.integers(0, 90))
def test_natural_days_are_all_days_from_the_day_after(after: date, days: int) -> None:
    counted = last_day(after, days, working=False)
    assert (counted.last - after).days == days
    assert counted.unknown_years == ()


@given(DAYS, st.integers(1, 60))
def test_working_days_count_exactly_and_end_on_one(after: date, days: int) -> None:
    counted = last_day(after, days, working=True)
    between = [after + timedelta(days=n) for n in range(1, (counted.last - after).days + 1)]
    assert sum(calendar().is_working(day) for day in between) == days
    assert calendar().is_working(counted.last)
    assert set(counted.unknown_years) == {day.year for day in between if not calendar().knows(day)}


@given(DAYS, st.integers(0, 30), st.integers(0, 30), st.booleans())
def test_counting_goes_on_where_it_stopped(
    after: date, first: int, then: int, working: bool
) -> None:
    halfway = last_day(after, first, working=working).last
    assert (
        last_day(halfway, then, working=working).last
        == last_day(after, first + then, working=working).last
    )


@given(DAYS, st.integers(1, 30), st.booleans())
def test_who_posts_later_ends_no_earlier(after: date, days: int, working: bool) -> None:
    here = last_day(after, days, working=working).last
    assert here <= last_day(after + timedelta(days=1), days, working=working).last
    assert here > after


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (A_YEAR % ("2025-12-31", ""), "no holiday within 2026"),
        (A_YEAR % ("2026-01-03", "2026-01-05"), "2026-01-05 is no weekend day"),
        (A_YEAR % ("2026-01-03", "2026-01-03"), "both off and worked"),
        ("2026: {holidays: [1]}", "cannot be read"),
        ("- a list", "cannot be read"),
        ("2026: [", "cannot be read"),
    ],
)
def test_an_impossible_calendar_is_refused_by_name(text: str, said: str) -> None:
    with pytest.raises(CalendarBroken, match=rf"days\.yaml: .*{said}"):
        read_calendar(text, "days.yaml")

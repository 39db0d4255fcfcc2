"""Which period a pay month belongs to, and from which month of a period a programme is payable."""

from datetime import date

import pytest

from eligibility_rules import Frequency, Month
from eligibility_rules.deciding.bind import clock_value
from eligibility_rules.language.names import CLOCK
from eligibility_rules.periods import (
    PERIOD_WORDS,
    first_month,
    last_month,
    period_text,
    place_in_period,
)

MONTHS = [Month(year, number) for year in (2025, 2026, 2027) for number in range(1, 13)]


@pytest.mark.parametrize(
    ("frequency", "month", "text", "place"),
    [
        (Frequency.MONTHLY, "2026-10", "2026-10", 1),
        (Frequency.EVENT, "2026-02", "2026-02", 1),
        (Frequency.QUARTERLY, "2026-01", "2026-Q1", 1),
        (Frequency.QUARTERLY, "2026-12", "2026-Q4", 3),
        (Frequency.SEMIANNUAL, "2026-06", "2026-H1", 6),
        (Frequency.SEMIANNUAL, "2026-07", "2026-H2", 1),
        (Frequency.SEMESTER, "2026-09", "2026-S1", 1),
        (Frequency.SEMESTER, "2027-02", "2026-S1", 6),
        (Frequency.SEMESTER, "2027-03", "2026-S2", 1),
        (Frequency.SEMESTER, "2027-08", "2026-S2", 6),
        (Frequency.SCHOOL_YEAR, "2026-08", "2025-SY", 12),
        (Frequency.SCHOOL_YEAR, "2026-09", "2026-SY", 1),
        (Frequency.ANNUAL, "2026-12", "2026", 12),
    ],
)
def test_a_month_lies_in_its_period(
    frequency: Frequency, month: str, text: str, place: int
) -> None:
    asked = Month.parse(month)
    assert (period_text(frequency, asked), place_in_period(frequency, asked)) == (text, place)


@pytest.mark.parametrize(
    ("frequency", "month", "text", "first", "last"),
    [
        (Frequency.SEMESTER, "1900-01", "1899-S1", "1900-01", "1900-02"),
        (Frequency.SCHOOL_YEAR, "1900-08", "1899-SY", "1900-01", "1900-08"),
        (Frequency.SEMESTER, "2199-12", "2199-S1", "2199-09", "2199-12"),
        (Frequency.SCHOOL_YEAR, "2199-09", "2199-SY", "2199-09", "2199-12"),
    ],
)
def test_a_school_year_is_cut_at_the_ends_of_the_calendar(
    frequency: Frequency, month: str, text: str, first: str, last: str
) -> None:
    asked = Month.parse(month)
    found = (
        period_text(frequency, asked),
        first_month(frequency, asked),
        last_month(frequency, asked),
    )
    assert found == (text, Month.parse(first), Month.parse(last))


def test_once_in_a_life_is_one_period() -> None:
    assert {period_text(Frequency.ONE_OFF, month) for month in MONTHS} == {"once"}


@pytest.mark.parametrize("frequency", [one for one in Frequency if one.months > 0])
def test_periods_follow_one_another_without_gap(frequency: Frequency) -> None:
    for month in MONTHS:
        first, last = first_month(frequency, month), last_month(frequency, month)
        assert first <= month <= last
        assert period_text(frequency, first) == period_text(frequency, last)
        assert period_text(frequency, last.next) != period_text(frequency, last)
        assert first_month(frequency, last.next) == last.next
        assert 1 <= place_in_period(frequency, month) <= frequency.months


@pytest.mark.parametrize("frequency", [one for one in Frequency if one.months > 0])
def test_later_periods_sort_after_earlier_ones(frequency: Frequency) -> None:
    texts = [period_text(frequency, month) for month in MONTHS]
    assert texts == sorted(texts)


def test_the_calendar_words_of_a_spring_day() -> None:
    month = Month(2027, 2)
    said = {word: clock_value(word, month) for word in PERIOD_WORDS}
    assert set(PERIOD_WORDS) <= set(CLOCK)
    assert said == {
        "quarter_start": date(2027, 1, 1),
        "quarter_end": date(2027, 3, 31),
        "half_year_start": date(2027, 1, 1),
        "half_year_end": date(2027, 6, 30),
        "semester_start": date(2026, 9, 1),
        "semester_end": date(2027, 2, 28),
        "school_year_start": date(2026, 9, 1),
        "school_year_end": date(2027, 8, 31),
    }

"""Until when a list is to be paid: where the law's day is no working day, before it."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from service.foundation.months import Month
from service.foundation.working_days import read_calendar, working_day_by
from service.programmes.catalogue import rules
from service.programmes.pay_days import pay_day
from tests.factories.batches import county_batch
from tests.service.batches.reading import text_of
from tests.service.web.browsing import SignInAs

SPRING = read_calendar(
    """
2026:
  source: 通知
  evidence: sourced
  holidays: [{name: 春节, from: 2026-02-07, to: 2026-02-14}]
  worked: [2026-01-31, 2026-02-15]
""",
    "calendar.yaml",
)


@pytest.mark.parametrize(
    ("month", "by"),
    [
        (Month(2026, 9), date(2026, 9, 10)),  # a Thursday
        (Month(2026, 10), date(2026, 10, 10)),  # a Saturday worked for the National Day
        (Month(2026, 1), date(2026, 1, 9)),  # a Saturday
    ],
)
def test_the_tenth_or_the_last_working_day_before_it(month: Month, by: date) -> None:
    found = pay_day(rules().programme("MZ01"), month)
    assert found is not None
    assert (found.by, found.unknown_years) == (by, ())
    assert found.is_before_holiday is (by.day != 10)


def test_a_pay_day_within_the_new_year_holiday_is_moved_before_it() -> None:
    """Situation 81: the tenth lies within the holiday; paid on the last working day before it.

    Days worked in exchange count: the Saturday before the holiday is one, were Friday off as well.
    """
    found = pay_day(rules().programme("MZ01"), Month(2026, 2), by=SPRING)
    assert found is not None
    assert (found.by, found.law) == (date(2026, 2, 6), date(2026, 2, 10))
    assert working_day_by(date(2026, 2, 1), by=SPRING).last == date(2026, 1, 31)
    assert working_day_by(date(2026, 2, 15), by=SPRING).last == date(2026, 2, 15)


def test_a_day_of_the_year_and_a_year_nobody_has_announced() -> None:
    cropland = rules().programme("NY01")
    found = pay_day(cropland, Month(2026, 6))
    assert found is not None
    assert found.by == date(2026, 6, 30)
    assert pay_day(cropland, Month(2026, 7)) is None
    assert pay_day(rules().programme("MZ15"), Month(2026, 7)) is None
    unknown = pay_day(rules().programme("MZ01"), Month(2031, 5))
    assert unknown is not None
    assert (unknown.by, unknown.unknown_years) == (date(2031, 5, 9), (2031,))


@pytest.mark.parametrize(
    ("month", "language", "said"),
    [
        ("2026-05", "zh", "最迟2026年5月9日发放（规定的2026年5月10日逢休息日，提前发放）"),
        ("2026-05", "en", "to be paid by 9 May 2026, before the days off on which 10 May 2026"),
        ("2026-09", "en", "to be paid by 10 September 2026"),
    ],
)
def test_the_list_says_until_when_it_is_to_be_paid(
    made: Session, sign_in_as: SignInAs, month: str, language: str, said: str
) -> None:
    """Situation 81: 9 May 2026 is a Saturday worked for the holiday, and the last day before Sunday."""
    batch = county_batch(made, 1, programme="MZ01", month=month)
    shown = sign_in_as("reviewer", language=language).get(f"/batches/{batch.batch_no}").text
    assert said in text_of(shown)

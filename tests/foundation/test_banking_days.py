"""On which day a bank executes what reaches it: cut-offs, holidays, worked weekends, unknown years."""

from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from service.foundation.clock import SHANGHAI
from service.foundation.settings import settings
from service.foundation.working_days import (
    BankHours,
    CalendarBroken,
    NeverOpen,
    calendar,
    day_of,
    first_after,
    first_from,
    is_banking_day,
    is_known,
    takes_from,
    takes_until,
)

PLAIN = BankHours()
LATE = BankHours(cut_off=time(23, 59), apart_seconds=0)
OFFICE = BankHours(cut_off=time(16, 30), apart_seconds=300)


def at(text: str) -> datetime:
    """Return an instant of the county's clocks, with the zone of UTC as ours always have."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("hours", "instant", "day"),
    [
        # The last second before the cut-off is still today's.
        (LATE, "2026-11-27 23:59:00", date(2026, 11, 27)),
        (LATE, "2026-11-27 23:59:00.000001", date(2026, 11, 30)),
        (LATE, "2026-11-30 23:59:01", date(2026, 12, 1)),
        (PLAIN, "2026-11-30 23:59:59.999999", date(2026, 11, 30)),
        (PLAIN, "2026-12-01 00:00:00", date(2026, 12, 1)),
        # Five minutes before it nobody knows whose clock is right.
        (OFFICE, "2026-11-30 16:25:00", date(2026, 11, 30)),
        (OFFICE, "2026-11-30 16:25:01", date(2026, 12, 1)),
        # The last day before a holiday of seven days, and the Saturday worked for it.
        (OFFICE, "2026-09-30 16:24:59", date(2026, 9, 30)),
        (OFFICE, "2026-09-30 16:26:00", date(2026, 10, 8)),
        (OFFICE, "2026-10-03 09:00:00", date(2026, 10, 8)),
        (OFFICE, "2026-10-09 18:00:00", date(2026, 10, 10)),
        # A Sunday that is worked, and the one after it.
        (OFFICE, "2026-01-04 10:00:00", date(2026, 1, 4)),
        (OFFICE, "2026-01-11 10:00:00", date(2026, 1, 12)),
        # A cut-off just after midnight leaves that day no time at all.
        (
            BankHours(cut_off=time(0, 2), apart_seconds=300),
            "2026-12-01 00:00:00",
            date(2026, 12, 2),
        ),
        # Days of the bank's own, and a bank that knows no holidays.
        (
            BankHours(closed=frozenset({date(2026, 11, 30)})),
            "2026-11-28 10:00:00",
            date(2026, 12, 1),
        ),
        (BankHours(every_day=True), "2026-10-01 10:00:00", date(2026, 10, 1)),
        (
            BankHours(every_day=True, closed=frozenset({date(2026, 10, 1)})),
            "2026-10-01 10:00:00",
            date(2026, 10, 2),
        ),
    ],
)
def test_the_day_on_which_a_bank_executes_what_leaves_us(
    hours: BankHours, instant: str, day: date
) -> None:
    found = day_of(at(instant), hours)
    assert (found.day, found.unknown_years) == (day, ())


def test_an_instant_is_the_same_in_every_zone() -> None:
    # 16:00 UTC is midnight in the county: the first instant of the next day.
    assert day_of(datetime.fromisoformat("2026-11-30T15:59:59+00:00"), PLAIN).day.day == 30
    assert day_of(datetime.fromisoformat("2026-11-30T16:00:00+00:00"), PLAIN).day.day == 1


def test_around_a_cut_off_nothing_is_for_a_day_for_certain() -> None:
    friday, monday = date(2026, 11, 27), date(2026, 11, 30)
    assert takes_until(friday, OFFICE) == at("2026-11-27 16:25:00")
    assert takes_from(monday, OFFICE) == at("2026-11-27 16:35:01")
    assert takes_from(date(2026, 10, 8), OFFICE) == at("2026-09-30 16:35:01")
    assert takes_from(monday, PLAIN) == at("2026-11-28 00:00:00")
    assert takes_until(friday, PLAIN) < at("2026-11-28 00:00:00")


def test_a_year_that_nobody_announced_is_said_and_the_holidays_of_the_law_are_kept() -> None:
    new_year = first_from(date(2027, 1, 1), PLAIN)
    assert (new_year.day, new_year.unknown_years) == (date(2027, 1, 4), (2027,))
    over = day_of(at("2026-12-31 17:00:00"), OFFICE)
    assert (over.day, over.unknown_years) == (date(2027, 1, 4), (2027,))
    before = day_of(at("2026-12-31 16:00:00"), OFFICE)
    assert (before.day, before.unknown_years) == (date(2026, 12, 31), ())
    assert not is_banking_day(date(2027, 10, 1), PLAIN)
    # The new moon's holidays are not known, and nobody says they are.
    assert is_banking_day(date(2027, 2, 8), PLAIN)
    assert not is_known(date(2027, 2, 8), PLAIN)
    assert is_known(date(2027, 2, 8), BankHours(every_day=True))
    assert is_known(date(2027, 2, 8), BankHours(closed=frozenset({date(2027, 2, 8)})))


COUNTY = """
2027:
  source: 国务院办公厅关于2027年部分节假日安排的通知（样例，2026-11-27）
  evidence: sample
  holidays:
    - {name: 元旦, from: 2026-12-31, to: 2027-01-02}
  worked: [2026-12-27, 2027-01-03]
"""


def test_a_county_puts_in_a_new_year_and_a_changed_file_counts_at_once(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = data_dir / "years.yaml"
    file.write_text(COUNTY, encoding="utf-8")
    monkeypatch.setenv("ANXIN_COUNTY_CALENDAR", str(file))
    settings.cache_clear()
    assert calendar().knows(date(2027, 6, 1))
    assert "样例" in calendar().sources[2027]
    over = day_of(at("2026-12-30 17:00:00"), OFFICE)
    # Off from the last day of the old year; the Sunday after it is worked.
    assert (over.day, over.unknown_years) == (date(2027, 1, 3), ())
    assert is_banking_day(date(2026, 12, 27), PLAIN)
    assert calendar().is_working(date(2026, 10, 10)), "ours are still there"

    file.write_text(COUNTY.replace("2027-01-03", "2027-01-01"), encoding="utf-8")
    with pytest.raises(CalendarBroken, match=r"years\.yaml: 2027-01-01 is no weekend day of 2027"):
        calendar()
    file.unlink()
    with pytest.raises(CalendarBroken) as missing:
        calendar()
    assert "无法读取" in missing.value.say("zh")


def test_a_bank_that_is_always_shut_is_refused() -> None:
    days = frozenset(date(2026, 1, 1) + timedelta(days=n) for n in range(900))
    with pytest.raises(NeverOpen):
        first_from(date(2026, 6, 1), BankHours(every_day=True, closed=days))


@given(
    st.dates(date(2025, 1, 1), date(2026, 12, 25)),
    st.times(),
    st.times(),
    st.integers(0, 3600),
    st.booleans(),
)
@example(date(2026, 9, 30), time(23, 59), time(23, 59), 3600, False)
@example(date(2026, 3, 3), time(0, 0), time(0, 0), 0, False)
def test_what_leaves_is_never_for_a_day_gone_by_nor_for_a_day_off(
    leaves_on: date, leaves_at: time, cut_off: time, apart: int, every_day: bool
) -> None:
    instant = datetime.combine(leaves_on, leaves_at, tzinfo=SHANGHAI)
    hours = BankHours(cut_off=cut_off, apart_seconds=apart, every_day=every_day)
    day = day_of(instant, hours).day
    assert day >= instant.date()
    assert is_banking_day(day, hours)
    assert instant <= takes_until(day, hours)
    # What waits for the next day is let go when the day it must not be for is surely over.
    following = first_after(day, hours).day
    opens = takes_from(following, hours)
    assert opens > takes_until(day, hours)
    assert day_of(opens, hours).day >= following

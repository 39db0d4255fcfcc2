"""Where somebody was registered on the first day of the month, whatever happened since."""

from datetime import date

import pytest

from tests.service.residents.snapshot.county import County

HERE, OTHER_VILLAGE = "330523100200", "330523102203"
ELSEWHERE, OTHER_PROVINCE = "330106000000", "341822000000"


@pytest.mark.parametrize(
    ("division", "in_county", "in_province"),
    [(HERE, True, True), (ELSEWHERE, False, True), (OTHER_PROVINCE, False, False)],
)
def test_the_register_says_county_and_province(
    county: County, division: str, in_county: bool, in_province: bool
) -> None:
    person = county.person(division=division)
    row = county.table("person")[person.id]
    assert (row["p__hukou_county"], row["p__hukou_prov"]) == (in_county, in_province)
    assert row["p__nationality_cn"] is True


@pytest.mark.parametrize(
    ("moved_on", "in_county"),
    [("2026-10-31", False), ("2026-11-01", False), ("2026-11-02", True), ("2026-12-05", True)],
)
@pytest.mark.parametrize("destination", [ELSEWHERE, "浙江省杭州市西湖区"])
def test_who_moves_out_after_the_first_day_still_counts_this_month(
    county: County, moved_on: str, in_county: bool, destination: str
) -> None:
    person = county.person(status="迁出", division=ELSEWHERE)
    county.says("GA_MIG", person, moved_on=moved_on, from_division=HERE, to_division=destination)
    row = county.table("person")[person.id]
    assert row["p__hukou_county"] is in_county
    assert row["p__hukou_out_date"] == date.fromisoformat(moved_on)


def test_a_move_the_register_has_not_caught_up_with_counts(county: County) -> None:
    person = county.person()
    county.says("GA_MIG", person, moved_on="2026-10-12", from_division=HERE, to_division=ELSEWHERE)
    row = county.table("person")[person.id]
    assert (row["p__hukou_county"], row["p__hukou_out_date"]) == (False, date(2026, 10, 12))


def test_a_move_to_a_named_place_counts_only_if_the_register_agrees(county: County) -> None:
    person = county.person(division=OTHER_VILLAGE)
    county.says("GA_MIG", person, moved_on="2026-10-12", from_division=HERE, to_division="递铺街道")
    row = county.table("person")[person.id]
    assert (row["p__hukou_county"], row["p__hukou_out_date"]) == (True, None)


@pytest.mark.parametrize(
    ("moved_on", "in_county"), [("2026-10-31", True), ("2026-11-01", False), ("2026-11-02", False)]
)
def test_who_moves_in_counts_from_the_next_month_also_after_a_move_on_the_first_day(
    county: County, moved_on: str, in_county: bool
) -> None:
    person = county.person()
    county.says("GA_MIG", person, moved_on=moved_on, from_division=ELSEWHERE, to_division=HERE)
    row = county.table("person")[person.id]
    assert (row["p__hukou_county"], row["p__hukou_out_date"]) == (in_county, None)
    assert county.fact(person, "p__hukou_county", "2026-12") is True


def test_who_came_back_has_not_left(county: County) -> None:
    person = county.person()
    county.says("GA_MIG", person, moved_on="2024-03-01", from_division=HERE, to_division=ELSEWHERE)
    county.says("GA_MIG", person, moved_on="2025-08-01", from_division=ELSEWHERE, to_division=HERE)
    row = county.table("person")[person.id]
    assert (row["p__hukou_county"], row["p__hukou_out_date"]) == (True, None)


def test_a_move_within_the_county_stops_nothing_and_keeps_the_first_days_village(
    county: County,
) -> None:
    person = county.person(division=OTHER_VILLAGE)
    county.says(
        "GA_MIG", person, moved_on="2026-11-15", from_division=HERE, to_division=OTHER_VILLAGE
    )
    row = county.table("person")[person.id]
    assert (row["p__hukou_county"], row["p__hukou_out_date"]) == (True, None)
    assert row["division"] == HERE
    assert county.fact(person, "division", "2026-12") == OTHER_VILLAGE


@pytest.mark.parametrize(("day", "in_county"), [("2026-11-01", False), ("2026-11-09", True)])
def test_settling_abroad_is_leaving(county: County, day: str, in_county: bool) -> None:
    person = county.person(status="注销")
    county.says("GA_DEREG", person, dereg_date=day, reason="出国定居")
    row = county.table("person")[person.id]
    assert row["p__hukou_county"] is in_county
    assert row["p__hukou_out_date"] == date.fromisoformat(day)


def test_an_entry_ended_by_death_counted_until_then(county: County) -> None:
    person = county.person(status="注销")
    county.says("GA_DEREG", person, dereg_date="2026-11-09", reason="死亡")
    row = county.table("person")[person.id]
    assert (row["p__hukou_county"], row["p__hukou_out_date"]) == (True, None)
    assert county.fact(person, "p__hukou_county", "2026-12") is False


def test_who_has_no_entry_in_the_register_is_in_no_snapshot(county: County) -> None:
    known = county.person()
    gone = county.person()
    county.session.flush()
    record = county.says(
        "MZ_ELD", gone, assess="轻", assessed_on="2026-01-01", valid_to="2027-01-01"
    )
    hukou = county.session.query(type(record)).filter_by(person_id=gone.id, feed="GA_HUKOU").one()
    hukou.known_to = hukou.known_from
    assert list(county.table("person")) == [known.id]

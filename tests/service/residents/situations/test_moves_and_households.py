"""Moves and changing households as a month's facts tell them."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from service.foundation import clock
from service.residents.models import FeedRecord, Household, Person
from tests.factories import residents
from tests.service.residents.snapshot.county import County

HERE, OTHER_TOWNSHIP = "330523100200", "330523102203"
ELSEWHERE, HANGZHOU = "330122000000", "330106000000"


@pytest.fixture
def county(session: Session, data_dir: Path) -> County:
    assert data_dir.is_dir()
    residents.use(session)
    return County(session)


def _lives_together(county: County, home: Household, head: Person, *members: Person) -> None:
    for member in members:
        county.says(
            "MZ_SA", member, home,
            head_person_id=head.id, category="低保", size=len(members), status="在保",
            approved_date="2025-03-04",
        )  # fmt: skip


def _row(county: County, person: Person, month: str = "2026-11") -> dict[str, Any]:
    return county.table("person", month)[person.id]


def test_who_lives_in_another_city_is_still_registered_here(county: County) -> None:
    """Situation 17: registered here, living in Hangzhou."""
    row = _row(county, county.person(resident_division=HANGZHOU))
    assert (row["p__hukou_county"], row["p__resident_code"]) == (True, HANGZHOU)


def test_who_lives_here_with_a_permit_is_told_as_registered_elsewhere(county: County) -> None:
    """Situation 18: a residence permit, and the registration in another county."""
    row = _row(
        county, county.person(division=ELSEWHERE, resident_division=HERE, residence_permit=True)
    )
    assert (row["p__hukou_county"], row["p__residence_permit_zj"]) == (False, True)


def test_a_move_between_townships_in_the_month_changes_the_next_months_village(
    county: County,
) -> None:
    """Situation 19: from one township to another on the fifteenth."""
    person = county.person(division=OTHER_TOWNSHIP)
    county.says(
        "GA_MIG", person, moved_on="2026-11-15", from_division=HERE, to_division=OTHER_TOWNSHIP
    )
    row = _row(county, person)
    assert (row["p__hukou_county"], row["division"]) == (True, HERE)
    assert _row(county, person, "2026-12")["division"] == OTHER_TOWNSHIP


def test_a_move_away_in_the_year_is_told_with_its_day(county: County) -> None:
    """Situation 20: to another county; each programme stops by its own rule from that day."""
    person = county.person(division=ELSEWHERE, status="迁出")
    county.says("GA_MIG", person, moved_on="2026-11-12", from_division=HERE, to_division=ELSEWHERE)
    row = _row(county, person)
    assert (row["p__hukou_county"], row["p__hukou_out_date"]) == (True, date(2026, 11, 12))
    assert _row(county, person, "2026-12")["p__hukou_county"] is False


def test_who_moved_in_is_told_since_when(county: County) -> None:
    """Situation 21: moved in, so that the month of the former county can be asked about."""
    person = county.person(since="2020-01-01")
    county.says("GA_MIG", person, moved_on="2026-10-09", from_division=ELSEWHERE, to_division=HERE)
    row = _row(county, person)
    assert (row["p__hukou_county"], row["p__hukou_since"]) == (True, date(2026, 10, 9))
    assert _row(county, person, "2026-10")["p__hukou_county"] is False


def test_living_together_decides_who_a_household_is_and_not_the_booklet(county: County) -> None:
    """Situation 22: a booklet split before applying leaves the household as it lives."""
    head, son = county.person(household_no="1"), county.person(household_no="2")
    home = county.household()
    _lives_together(county, home, head, head, son)
    row = county.table("household")[home.id]
    assert (row["member_count"], row["hh__size"]) == (2, 2)


def test_two_households_that_become_one_are_counted_anew(county: County) -> None:
    """Situation 23: after a marriage the wife's household has ended and the other has two."""
    husband, wife = county.person(), county.person()
    his, hers = county.household(), county.household()
    _lives_together(county, his, husband, husband)
    _lives_together(county, hers, wife, wife)
    for person, plate in ((husband, "A"), (wife, "B")):
        county.says(
            "GA_VEH", person, plate=plate, kind="小型汽车", status="正常",
            registered_on="2020-01-01",
        )  # fmt: skip
    assert county.table("household")[his.id]["hh__cars"] == 1
    for record in county.session.query(FeedRecord).filter_by(feed="MZ_SA"):
        record.known_to = clock.now()
    _lives_together(county, his, husband, husband, wife)
    table = county.table("household")
    assert list(table) == [his.id]
    assert (table[his.id]["member_count"], table[his.id]["hh__cars"]) == (2, 2)


def test_land_of_a_dead_head_stays_with_its_household(county: County) -> None:
    """Situation 24: the contractor's head dies; the contract names the head until it is changed."""
    head, heir, fields = county.person(), county.person(), county.household("land")
    contract = county.says(
        "NY_LAND", head, fields, contract_area_milli_mu=3_500, division=HERE, contractor_no="K1"
    )
    county.says("WJ_DEATH", head, death_date="2026-09-01")
    county.says("MZ_CREM", head, death_date="2026-09-01")
    assert county.table("land")[fields.id]["payee_person_id"] == head.id
    assert _row(county, head)["p__alive"] is False
    contract.known_to = clock.now()
    county.says(
        "NY_LAND", heir, fields, contract_area_milli_mu=3_500, division=HERE, contractor_no="K1"
    )
    assert county.table("land")[fields.id]["payee_person_id"] == heir.id

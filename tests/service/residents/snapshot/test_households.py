"""Households that live together, contractor households, and who receives for whom."""

from datetime import date
from typing import Any

import pytest

from service.residents.models import Household, Person
from tests.factories.residents import PersonFactory
from tests.service.residents.snapshot.county import County

OTHER_VILLAGE = "330523102203"


def _assisted(county: County, home: Household, head: Person, *members: Person, **data: Any) -> None:
    row = {
        "head_person_id": head.id, "category": "低保", "size": len(members), "status": "在保",
        "approved_date": "2024-05-06", **data,
    }  # fmt: skip
    for member in members:
        county.says("MZ_SA", member, home, **row)


def _check(county: County, person: Person, income_pc_fen: int, report_date: str) -> None:
    county.says(
        "MZ_CHECK", person,
        income_pc_fen=income_pc_fen, cash_pc_fen=1_000_000, cars=1, houses=2, house_area_pc=3_150,
        nonres_house=False, equity_total_fen=5_000_000, authorised=True, refused_check=False,
        report_date=report_date,
    )  # fmt: skip


def test_a_household_is_described_by_its_heads_rows(county: County) -> None:
    home, head, wife = county.household(), county.person(), county.person(division=OTHER_VILLAGE)
    _assisted(county, home, head, head, wife)
    _check(county, wife, 90_000, "2026-10-20")
    _check(county, head, 70_000, "2026-03-01")
    row = county.table("household")[home.id]
    assert {name: value for name, value in row.items() if value is not None} == {
        "household_id": home.id,
        "division": "330523100200",
        "payee_person_id": head.id,
        "head_person_id": head.id,
        "member_count": 2,
        "hh__size": 2,
        "hh__income_pc_fen": 70_000,
        "hh__cash_pc_fen": 1_000_000,
        "hh__cars": 1,
        "hh__nonres_house": False,
        "hh__houses": 2,
        "hh__house_area_pc": 3_150,
        "hh__equity_total_fen": 5_000_000,
        "hh__authorised": True,
        "hh__refused_check": False,
        "sa__dibao": True,
        "sa__dibian": False,
        "sa__tekun": False,
        "sa__zcx": False,
        "sa__lowincome": True,
        "sa__approved_date": date(2024, 5, 6),
        "p__hukou_county": True,
        "p__hukou_prov": True,
    }


def test_without_the_heads_check_the_newest_of_any_member_counts(county: County) -> None:
    home, head, son, wife = county.household(), *(county.person() for _ in range(3))
    _assisted(county, home, head, head, wife, son)
    _check(county, son, 90_000, "2026-03-01")
    _check(county, wife, 80_000, "2026-10-20")
    assert county.table("household")[home.id]["hh__income_pc_fen"] == 80_000


def test_without_any_check_the_means_are_unknown(county: County) -> None:
    home, head = county.household(), county.person()
    _assisted(county, home, head, head)
    row = county.table("household")[home.id]
    assert (row["hh__income_pc_fen"], row["hh__authorised"], row["hh__cars"]) == (None, None, None)


def test_a_head_registered_elsewhere_makes_the_household_not_of_the_county(county: County) -> None:
    home, head, wife = county.household(), county.person(division="330106000000"), county.person()
    other_home, unregistered, son = county.household(), PersonFactory.create(), county.person()
    _assisted(county, home, head, head, wife)
    _assisted(county, other_home, unregistered, unregistered, son)
    table = county.table("household")
    assert (table[home.id]["p__hukou_county"], table[home.id]["division"]) == (
        False,
        "330106000000",
    )
    assert table[other_home.id]["p__hukou_county"] is False
    assert table[other_home.id]["division"] == "330523100200"


def test_a_household_that_left_assistance_is_still_there_but_not_on_the_roll(
    county: County,
) -> None:
    home, head = county.household(), county.person()
    _assisted(county, home, head, head, status="停保")
    row = county.table("household")[home.id]
    assert (row["sa__dibao"], row["sa__approved_date"]) == (False, None)


def test_land_joins_the_contract_with_what_was_found_this_year(county: County) -> None:
    head, fields = county.person(), [county.household("land") for _ in range(3)]
    for home in fields:
        county.says("NY_LAND", head, home, contract_area_milli_mu=3_500, division="330523100200")
    for home, year in zip(fields, (2026, 2025), strict=False):
        county.says(
            "NY_PLANT", None, home,
            year=year, abandoned_area_milli_mu=500, converted_area_milli_mu=0,
            eligible_area_milli_mu=3_000,
        )  # fmt: skip
    table = county.table("land")
    assert {name: value for name, value in table[fields[0].id].items() if value is not None} == {
        "land_household_id": fields[0].id,
        "division": "330523100200",
        "payee_person_id": head.id,
        "land__contract_area_milli_mu": 3_500,
        "land__abandoned_area_milli_mu": 500,
        "land__converted_area_milli_mu": 0,
        "land__eligible_area_milli_mu": 3_000,
    }
    for home in fields[1:]:
        assert table[home.id]["land__eligible_area_milli_mu"] is None
        assert table[home.id]["land__contract_area_milli_mu"] == 3_500


def test_the_claimant_of_the_application_comes_before_the_one_of_the_health_feed(
    county: County,
) -> None:
    asked, told, silent, parent, other = (county.person() for _ in range(5))
    county.says(
        "XZ_COLL", asked, programme="WJ06", apply_date="2026-10-08", claimant_person_id=parent.id
    )
    county.says(
        "XZ_COLL", told, programme="MZ08", apply_date="2026-10-08", claimant_person_id=parent.id
    )
    for child in (asked, told):
        county.says("WJ_FP", child, legal_birth=True, claimant_person_id=other.id)
    table = county.table("person")
    assert table[asked.id]["childcare_payee_person_id"] == parent.id
    assert table[told.id]["childcare_payee_person_id"] == other.id
    assert table[silent.id]["childcare_payee_person_id"] is None
    assert table[silent.id]["payee_person_id"] == silent.id


def test_who_asked_receives_for_a_second_child_and_for_the_dead_and_a_guardian_for_a_patient(
    county: County,
) -> None:
    child, dead, patient, mother = (county.person() for _ in range(4))
    for about, programme in ((child, "WJ07"), (dead, "TY12")):
        county.says(
            "XZ_COLL", about, programme=programme, apply_date="2026-10-08",
            claimant_person_id=mother.id,
        )  # fmt: skip
    county.says("WJ_PSY", patient, managed=True, guardian_person_id=mother.id)
    table = county.table("person")
    assert table[child.id]["birth_grant_payee_person_id"] == mother.id
    assert table[dead.id]["funeral_payee_person_id"] == mother.id
    assert table[patient.id]["patient_payee_person_id"] == mother.id
    assert table[mother.id]["funeral_payee_person_id"] is None


def test_who_asked_or_arranged_the_funeral_receives_what_a_death_brings(county: County) -> None:
    """MZ19 without a claimant goes to who arranged the funeral; RS02 and YJ04 to who asked only."""
    asked, buried, silent, widow, son = (county.person() for _ in range(5))
    for programme in ("MZ19", "RS02", "YJ04"):
        county.says(
            "XZ_COLL", asked, programme=programme, apply_date="2026-10-08",
            claimant_person_id=widow.id,
        )  # fmt: skip
    for dead in (asked, buried):
        county.says("MZ_CREM", dead, death_date="2026-10-02", handler_person_id=son.id)
    county.says(
        "MZ_CREM", silent, death_date="2026-10-02", handler_person_id=son.id,
        retracted_on="2026-10-05",
    )  # fmt: skip
    columns = ("burial_payee_person_id", "pension_heir_person_id", "disaster_heir_person_id")
    table = county.table("person")
    assert [table[asked.id][name] for name in columns] == [widow.id] * 3
    assert [table[buried.id][name] for name in columns] == [son.id, None, None]
    assert [table[silent.id][name] for name in columns] == [None] * 3


@pytest.mark.parametrize(
    ("birth", "in_time"), [("2026-04-11", True), ("2026-04-10", False), ("2026-10-09", False)]
)
def test_a_second_child_is_asked_for_within_180_days(
    county: County, birth: str, in_time: bool
) -> None:
    child = county.person(birth=birth)
    county.says("XZ_COLL", child, programme="WJ07", apply_date="2026-10-08")
    assert county.fact(child, "fp__asked_in_180_days") is in_time


def test_a_conscript_may_name_who_receives_and_a_child_has_a_guardian(county: County) -> None:
    soldier, alone, father, child = (county.person() for _ in range(4))
    county.says("TY_CONS", soldier, service_status="现役", payee_person_id=father.id)
    county.says("TY_CONS", alone, service_status="现役")
    orphan: dict[str, Any] = {"class": "孤儿", "recognised_on": "2026-01-01"}
    county.says("MZ_CHILD", child, guardian_person_id=father.id, **orphan)
    table = county.table("person")
    assert table[soldier.id]["conscript_payee_person_id"] == father.id
    assert table[alone.id]["conscript_payee_person_id"] == alone.id
    assert table[child.id]["guardian_person_id"] == father.id
    assert table[alone.id]["guardian_person_id"] is None


def test_applications_stand_in_the_columns_of_their_programme(county: County) -> None:
    person = county.person()
    county.says(
        "XZ_COLL", person, programme="MZ17", apply_date="2026-10-08", approve_date="2026-10-21"
    )
    county.says("XZ_COLL", person, programme="WJ02", apply_date="2026-11-02")
    county.says("XZ_COLL", person, programme="ZZ99", apply_date="2026-11-03")
    row = county.table("person")[person.id]
    told = {name: value for name, value in row.items() if name.startswith("app__") and value}
    assert told == {
        "app__apply_date__MZ17": date(2026, 10, 8),
        "app__approve_date__MZ17": date(2026, 10, 21),
        "app__apply_date__WJ02": date(2026, 11, 2),
    }

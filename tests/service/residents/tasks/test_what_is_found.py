"""Each check finds its contradiction in what departments really delivered, and only that."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from service.foundation import clock
from service.residents.models import Person
from service.residents.tasks import definitions
from tests.service.residents.importing.deliveries import card_of, number_of, row
from tests.service.residents.tasks.conftest import Departments

Row = tuple[str, dict[str, Any]]
LAST_YEAR = (clock.today() - timedelta(days=300)).isoformat()
LONG_AGO = (clock.today() - timedelta(days=90)).isoformat()
LATELY = (clock.today() - timedelta(days=5)).isoformat()
NEXT_YEAR = (clock.today() + timedelta(days=300)).isoformat()
OUTSIDE, INSIDE = "330106000000", "330523151201"
DIBAO: Row = ("MZ_SA", {"category": "低保", "status": "在保", "head": number_of(1)})
NO_MEANS = {
    "cars": "0", "houses": "1", "nonres_house": "否", "equity_total_fen": "0", "report_date": LATELY,
    "income_pc_fen": "700", "cash_pc_fen": "0", "authorised": "是", "refused_check": "否",
}  # fmt: skip
DIED: Row = ("WJ_DEATH", {"death_date": LONG_AGO})
CREMATED: Row = ("MZ_CREM", {"death_date": LONG_AGO, "cremated_on": LONG_AGO})
DEREGISTERED: Row = ("GA_DEREG", {"dereg_date": LONG_AGO, "reason": "死亡"})
CAR = {"kind": "小型汽车", "status": "正常", "registered_on": LAST_YEAR}
MOVED = {"moved_on": LONG_AGO, "from_division": INSIDE, "to_division": OUTSIDE}
ENROLLED = {"kind": "学生", "status": "在读", "from_date": LAST_YEAR, "to_date": NEXT_YEAR}

FOUND: list[tuple[str, str, list[Row]]] = [
    ("name_differs", "MZ_ELD", [("MZ_ELD", {"name": "王秀莹", "valid_to": NEXT_YEAR})]),
    ("birth_differs", "WJ_FP", [("GA_HUKOU", {"sex": "女"}), ("WJ_FP", {"wife_birth": "1950-01-06"})]),
    ("dibao_means", "MZ_SA", [DIBAO, ("MZ_CHECK", {**NO_MEANS, "cars": "1"})]),
    ("dibao_means", "MZ_SA", [DIBAO, ("MZ_CHECK", {**NO_MEANS, "houses": "3"})]),
    ("dibao_means", "MZ_SA", [DIBAO, ("MZ_CHECK", {**NO_MEANS, "nonres_house": "是"})]),
    ("dibao_means", "MZ_SA", [DIBAO, ("MZ_CHECK", {**NO_MEANS, "equity_total_fen": "100000.01"})]),
    ("dibao_means", "MZ_SA", [DIBAO, ("MZ_CHECK", {**NO_MEANS, "income_pc_fen": "1175"})]),
    ("dibao_means", "MZ_SA", [DIBAO, ("MZ_CHECK", {**NO_MEANS, "cash_pc_fen": "56400"})]),
    ("dibao_means", "MZ_SA", [DIBAO, ("MZ_CHECK", {**NO_MEANS, "authorised": "否"})]),
    ("dibao_means", "MZ_SA", [DIBAO, ("MZ_CHECK", {**NO_MEANS, "refused_check": "是"})]),
    ("dibao_car", "MZ_SA", [DIBAO, ("GA_VEH", CAR)]),
    ("dibao_company", "MZ_SA", [DIBAO, ("SC_CO", {"subscribed_fen": "100000.01", "status": "存续"})]),
    ("dibao_houses", "MZ_SA", [DIBAO, ("ZR_REAL", {"use": "商业", "status": "现势"})]),
    ("car_unreported", "MZ_CHECK", [DIBAO, ("MZ_CHECK", NO_MEANS), ("GA_VEH", CAR)]),
    ("equity_unreported", "MZ_CHECK", [
        DIBAO, ("MZ_CHECK", NO_MEANS), ("SC_CO", {"subscribed_fen": "1", "status": "异常"})]),
    ("assisted_dead", "MZ_SA", [DIBAO, DIED]),
    ("assisted_left", "MZ_SA", [("GA_HUKOU", {"status": "迁出"}), DIBAO]),
    ("death_one_source", "GA_DEREG", [DIED]),
    ("death_one_source", "GA_DEREG", [CREMATED]),
    ("death_one_source", "WJ_DEATH", [DEREGISTERED]),
    ("death_dates_apart", "WJ_DEATH", [
        DIED, ("MZ_CREM", {"death_date": LATELY, "cremated_on": LATELY})]),
    ("death_dates_apart", "WJ_DEATH", [
        DIED, ("GA_DEREG", {"dereg_date": LAST_YEAR, "reason": "死亡"})]),
    ("life_after_death", "MZ_ELD", [DIED, ("MZ_ELD", {"assessed_on": LATELY, "valid_to": NEXT_YEAR})]),
    ("life_after_death", "RS_INS", [DIED, ("RS_INS", {"from_date": LATELY, "to_date": ""})]),
    ("dead_registered", "GA_HUKOU", [("GA_HUKOU", {}), DIED, CREMATED]),
    ("planted_over_contract", "NY_PLANT", [
        ("NY_LAND", {"contract_area_milli_mu": "3.25"}),
        ("NY_PLANT", {"eligible_area_milli_mu": "3.251"})]),
    ("card_denied", "RS_CARD", [
        ("RS_CARD", {"status": "正常"}), ("BK_RET", {"verdict": "不一致", "status": ""})]),
    ("card_denied", "RS_CARD", [
        ("RS_CARD", {"status": "正常"}), ("BK_RET", {"verdict": "一致", "status": "销户"})]),
    ("prison_in_service", "TY_CONS", [
        ("SF_PRISON", {"from_date": LATELY, "to_date": ""}), ("TY_CONS", {"service_status": "现役"})]),
    ("two_pensions", "RS_INS", [
        ("RS_INS", {"benefit": "城乡居民养老", "from_date": LAST_YEAR, "to_date": ""}),
        ("RS_INS", {"benefit": "职工养老", "from_date": LAST_YEAR, "to_date": ""})]),
    ("payroll_migrant", "SL_MIG", [("SL_MIG", {"registered": "是"}), ("CZ_PAY", {"on_payroll": "是"})]),
    ("payroll_assisted", "MZ_SA", [DIBAO, ("CZ_PAY", {"on_payroll": "是"})]),
    ("moved_registered", "GA_HUKOU", [("GA_HUKOU", {"since": "2000-01-01"}), ("GA_MIG", MOVED)]),
    ("cancelled_registered", "GA_HUKOU", [
        ("GA_HUKOU", {"since": "2000-01-01"}),
        ("GA_DEREG", {"dereg_date": LONG_AGO, "reason": "出国定居"})]),
    ("certificate_moving", "CL_CERT", [
        ("CL_CERT", {"status": "迁移中", "status_on": LONG_AGO, "expires_on": NEXT_YEAR})]),
    ("certificate_expired", "CL_CERT", [("CL_CERT", {"status": "正常", "expires_on": LATELY})]),
    ("assessment_expired", "MZ_ELD", [("MZ_ELD", {"assess": "重", "valid_to": LATELY})]),
    ("enrolled_twice", "JY_STU", [
        ("JY_STU", {**ENROLLED, "school_no": "A1"}), ("JY_STU", {**ENROLLED, "school_no": "B2"})]),
]  # fmt: skip

NOT_FOUND: list[tuple[str, list[Row]]] = [
    ("name_differs", [("MZ_ELD", {"valid_to": NEXT_YEAR})]),
    ("birth_differs", [("GA_HUKOU", {"sex": "男"}), ("WJ_FP", {"wife_birth": "1952-03-04"})]),
    ("birth_differs", [("GA_HUKOU", {"sex": "女"}), ("WJ_FP", {"wife_birth": "1950-01-05"})]),
    ("dibao_means", [DIBAO, ("MZ_CHECK", {**NO_MEANS, "houses": "2", "equity_total_fen": "100000"})]),
    ("dibao_means", [
        DIBAO, ("MZ_CHECK", {**NO_MEANS, "income_pc_fen": "1174.99", "cash_pc_fen": "56399.99"})]),
    ("dibao_means", [("MZ_SA", {"category": "低边"}), ("MZ_CHECK", {**NO_MEANS, "cars": "1"})]),
    ("dibao_means", [
        ("MZ_SA", {"category": "低保", "status": "停保"}), ("MZ_CHECK", {**NO_MEANS, "cars": "1"})]),
    ("dibao_car", [DIBAO, ("GA_VEH", {**CAR, "kind": "普通二轮摩托"})]),
    ("dibao_car", [DIBAO, ("GA_VEH", {**CAR, "status": "报废"})]),
    ("dibao_company", [DIBAO, ("SC_CO", {"subscribed_fen": "100000", "status": "存续"})]),
    ("dibao_company", [DIBAO, ("SC_CO", {"subscribed_fen": "900000", "status": "注销"})]),
    ("dibao_houses", [DIBAO, ("ZR_REAL", {"use": "住宅", "status": "现势"})]),
    ("dibao_houses", [DIBAO, ("ZR_REAL", {"use": "商业", "status": "历史"})]),
    ("car_unreported", [DIBAO, ("MZ_CHECK", {**NO_MEANS, "cars": "1"}), ("GA_VEH", CAR)]),
    ("equity_unreported", [
        DIBAO, ("MZ_CHECK", {**NO_MEANS, "equity_total_fen": "1"}), ("SC_CO", {"subscribed_fen": "1"})]),
    ("assisted_dead", [("MZ_SA", {"status": "停保"}), DIED]),
    ("assisted_dead", [DIBAO, ("GA_DEREG", {"dereg_date": LATELY, "reason": "入伍"})]),
    ("assisted_left", [("GA_HUKOU", {"status": "注销"}), DIBAO, DIED]),
    ("death_one_source", [DIED, CREMATED]),
    ("death_one_source", [("WJ_DEATH", {"death_date": LATELY})]),
    ("death_dates_apart", [DIED, CREMATED]),
    ("death_dates_apart", [DIED, ("GA_DEREG", {"dereg_date": LATELY, "reason": "死亡"})]),
    ("life_after_death", [DIED, ("MZ_ELD", {"assessed_on": LAST_YEAR, "valid_to": NEXT_YEAR})]),
    ("life_after_death", [DIED, ("MZ_ELD", {"assessed_on": LONG_AGO, "valid_to": NEXT_YEAR})]),
    ("dead_registered", [("GA_HUKOU", {"status": "注销"}), DIED, CREMATED]),
    ("dead_registered", [("GA_HUKOU", {}), DIED]),
    ("planted_over_contract", [
        ("NY_LAND", {"contract_area_milli_mu": "3.25"}),
        ("NY_PLANT", {"eligible_area_milli_mu": "3.25"})]),
    ("card_denied", [("RS_CARD", {"status": "正常"}), ("BK_RET", {"verdict": "无法核验", "status": ""})]),
    ("card_denied", [("RS_CARD", {"status": "销户"}), ("BK_RET", {"verdict": "不一致", "status": ""})]),
    ("prison_in_service", [
        ("SF_PRISON", {"from_date": LAST_YEAR, "to_date": LONG_AGO}),
        ("TY_CONS", {"service_status": "现役"})]),
    ("two_pensions", [
        ("RS_INS", {"benefit": "城乡居民养老", "from_date": LAST_YEAR, "to_date": LATELY}),
        ("RS_INS", {"benefit": "职工养老", "from_date": LAST_YEAR, "to_date": ""})]),
    ("payroll_migrant", [("SL_MIG", {"registered": "否"}), ("CZ_PAY", {"on_payroll": "是"})]),
    ("payroll_assisted", [DIBAO, ("CZ_PAY", {"on_payroll": "否"})]),
    ("moved_registered", [("GA_HUKOU", {"since": "2000-01-01"}), ("GA_MIG", {**MOVED, "to_division": INSIDE})]),
    ("moved_registered", [("GA_HUKOU", {"since": "2000-01-01"}), ("GA_MIG", {**MOVED, "moved_on": LATELY})]),
    ("moved_registered", [("GA_HUKOU", {"since": LATELY}), ("GA_MIG", MOVED)]),
    ("death_one_source", [("WJ_DEATH", {"death_date": LONG_AGO, "retracted_on": LATELY})]),
    ("death_one_source", [("GA_DEREG", {**DEREGISTERED[1], "restored_on": LATELY})]),
    ("cancelled_registered", [
        ("GA_HUKOU", {"since": "2000-01-01"}),
        ("GA_DEREG", {"dereg_date": LONG_AGO, "reason": "出国定居", "restored_on": LATELY})]),
    ("cancelled_registered", [
        ("GA_HUKOU", {"since": LATELY}), ("GA_DEREG", {"dereg_date": LONG_AGO, "reason": "出国定居"})]),
    ("certificate_moving", [
        ("CL_CERT", {"status": "迁移中", "status_on": LATELY, "expires_on": NEXT_YEAR})]),
    ("certificate_expired", [("CL_CERT", {"status": "注销", "expires_on": LATELY})]),
    ("certificate_expired", [DIED, ("CL_CERT", {"status": "正常", "expires_on": LATELY})]),
    ("assessment_expired", [("MZ_ELD", {"assess": "完好", "valid_to": LATELY})]),
    ("assessment_expired", [("MZ_ELD", {"assess": "重", "valid_to": clock.today().isoformat()})]),
    ("enrolled_twice", [
        ("JY_STU", {**ENROLLED, "school_no": "A1"}),
        ("JY_STU", {**ENROLLED, "school_no": "B2", "status": "转出"})]),
    ("unregistered", [("GA_HUKOU", {}), ("CZ_PAY", {})]),
    ("unregistered", [("CZ_PAY", {})]),
]  # fmt: skip


def deliver(county: Departments, told: list[Row]) -> None:
    """Send what is told of person 1, one file a feed; the register too where nothing else is said."""
    by_feed: dict[str, list[dict[str, Any]]] = {}
    for feed, cells in told:
        by_feed.setdefault(feed, []).append(cells)
    for feed, rows in by_feed.items():
        if feed == "GA_HUKOU":
            given = {"birth": "1950-01-05", "status": "正常", **rows[0]}
            county.send(feed, row(feed, 1, **given))
        else:
            county.send(feed, *(row(feed, 1, **_dated(feed, cells)) for cells in rows))


def _dated(feed: str, cells: dict[str, Any]) -> dict[str, Any]:
    """Give dates that must be in order where the typical row would turn them round."""
    usual = {
        "MZ_ELD": {"assessed_on": "2020-01-05"},
        "CL_CERT": {"issued_on": "2016-01-05"},
        "SC_CO": {"ended_on": ""},
        "ZR_REAL": {"ended_on": ""},
        "BK_RET": {"status": ""},
        "GA_DEREG": {"restored_on": ""},
        "WJ_DEATH": {"retracted_on": ""},
        "MZ_CREM": {"retracted_on": "", "buried_on": ""},
    }
    return {**usual.get(feed, {}), **cells}


@pytest.mark.parametrize(
    ("code", "answers", "told"), FOUND, ids=[f"{n}-{one[0]}" for n, one in enumerate(FOUND)]
)
def test_a_contradiction_is_found_and_put_to_its_department(
    county: Departments, code: str, answers: str, told: list[Row]
) -> None:
    if not any(feed == "GA_HUKOU" for feed, _ in told):
        county.register(1)
    deliver(county, told)
    (task,) = county.found(code)
    assert task.feed == answers
    assert task.due_on == clock.today() + timedelta(days=definitions.every()[code].days)
    assert task.field == (definitions.every()[code].field or None)


@pytest.mark.parametrize(
    ("code", "told"), NOT_FOUND, ids=[f"{n}-{one[0]}" for n, one in enumerate(NOT_FOUND)]
)
def test_what_does_not_contradict_is_left_alone(
    county: Departments, code: str, told: list[Row]
) -> None:
    if code != "unregistered" and not any(feed == "GA_HUKOU" for feed, _ in told):
        county.register(1)
    deliver(county, told)
    assert county.found(code) == []
    assert code in county.look()


def test_every_check_is_tried_both_ways() -> None:
    several = {"unregistered", "two_households", "represents_twice", "guardian_dead", "sex_differs"}
    # What a resident says comes from no delivery: tests of disputed facts look for it.
    several |= {"resident_says"}
    assert {one[0] for one in FOUND} | several == set(definitions.every())
    assert {one[0] for one in NOT_FOUND} | several == set(definitions.every())


def test_a_former_name_of_the_register_is_no_contradiction(county: Departments) -> None:
    county.register(1, name="王秀莹")
    county.register(1, name="王秀英")
    county.say("MZ_CHILD", 1, name="王秀莹", guardian="")
    assert county.found("name_differs") == []
    county.say("MZ_CHILD", 1, name="李秀英", guardian="")
    assert [task.feed for task in county.found("name_differs")] == ["MZ_CHILD"]


def test_a_newborn_merged_into_a_registered_person_is_compared_with_the_register(
    county: Departments,
) -> None:
    county.register(1, sex="女")
    county.say("WJ_BIRTH", 2, sex="男", birth="1950-01-05")
    assert county.found("sex_differs") == []
    newborn = county.session.get_one(Person, county.record("WJ_BIRTH").person_id)
    registered = county.record("GA_HUKOU").person_id
    newborn.merged_into = registered
    (task,) = county.found("sex_differs")
    assert (task.feed, task.person_id) == ("WJ_BIRTH", registered)
    assert county.open("birth_differs") == []
    newborn.merged_into = None
    assert county.found("sex_differs") == []


def test_people_the_register_does_not_know_are_counted_feed_by_feed(county: Departments) -> None:
    county.register(1)
    county.send("CZ_PAY", *(row("CZ_PAY", person) for person in (1, 2, 3)))
    (task,) = county.found("unregistered")
    assert (task.feed, task.person_id, task.details["count"]) == ("CZ_PAY", None, 2)
    county.register(1, 2, 3)
    assert county.found("unregistered") == []


def test_one_person_in_two_assisted_households_is_found(county: Departments) -> None:
    one = row("MZ_SA", 1, household_no="H1", status="在保")
    county.send("MZ_SA", one, row("MZ_SA", 1, household_no="H2", status="停保"))
    assert county.found("two_households") == []
    county.send("MZ_SA", one, row("MZ_SA", 1, household_no="H2", status="在保"))
    (task,) = county.found("two_households")
    assert len(task.details["records"]) == 2


def test_one_person_representing_two_contractors_is_found(county: Departments) -> None:
    one, two = (row("NY_LAND", 1, contractor_no=f"33052310020301000{n}") for n in (1, 2))
    county.send("NY_LAND", one)
    assert county.found("represents_twice") == []
    county.send("NY_LAND", one, two)
    assert len(county.found("represents_twice")) == 1


def test_a_child_whose_guardian_is_reported_dead_is_found(county: Departments) -> None:
    county.say("MZ_CHILD", 1, guardian=number_of(2))
    county.say("WJ_DEATH", 3, death_date=LONG_AGO, retracted_on="")
    assert county.found("guardian_dead") == []
    county.say("WJ_DEATH", 2, death_date=LONG_AGO, retracted_on="")
    assert len(county.found("guardian_dead")) == 1


def test_three_dwellings_of_a_household_are_found_and_two_are_not(county: Departments) -> None:
    county.send("MZ_SA", *(row("MZ_SA", n, household_no="H1", head=number_of(1)) for n in (1, 2)))
    houses = [
        row("ZR_REAL", 1 + n % 2, unit_no=f"U{n}", use="住宅", status="现势", ended_on="")
        for n in range(3)
    ]
    county.send("ZR_REAL", *houses[:2])
    assert county.found("dibao_houses") == []
    county.send("ZR_REAL", *houses)
    assert len(county.found("dibao_houses")) == 1


def test_a_bank_that_shut_another_account_denies_nothing(county: Departments) -> None:
    county.say("RS_CARD", 1, card_no=card_of(1), status="正常")
    county.say("BK_RET", 1, card_no=card_of(2), verdict="一致", status="销户")
    assert county.found("card_denied") == []


def test_time_alone_makes_a_certificate_expire(county: Departments) -> None:
    county.say("CL_CERT", 1, status="正常", issued_on="2016-01-05", expires_on=NEXT_YEAR)
    assert county.found("certificate_expired") == []
    with time_machine.travel(clock.now() + timedelta(days=301)):
        assert len(county.found("certificate_expired")) == 1

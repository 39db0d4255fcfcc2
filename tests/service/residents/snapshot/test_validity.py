"""Facts with a term are what they are on the last day of the month."""

from datetime import date
from typing import Any

import pytest

from tests.service.residents.snapshot.county import County

BOUNDARIES = [
    ("2026-11-30", None, True),
    ("2026-12-01", None, False),
    ("2026-01-01", "2026-11-30", True),
    ("2026-01-01", "2026-11-29", False),
]


@pytest.mark.parametrize(("since", "until", "holds"), BOUNDARIES)
@pytest.mark.parametrize(
    ("feed", "data", "column"),
    [
        ("CL_SERV", {"kind": "机构托养"}, "dis__entrusted_care"),
        ("RS_INS", {"benefit": "失业保险金"}, "ins__unemp_benefit"),
        ("RS_INS", {"benefit": "工伤生活护理费"}, "dis__work_injury_care"),
    ],
)
def test_a_term_counts_if_it_covers_the_last_day(
    county: County,
    feed: str,
    data: dict[str, Any],
    column: str,
    since: str,
    until: str | None,
    holds: bool,
) -> None:
    person = county.person()
    county.says(feed, person, **data, from_date=since, to_date=until)
    assert county.fact(person, column) is holds


def test_other_services_and_benefits_are_not_the_ones_asked_for(county: County) -> None:
    person = county.person()
    county.says("CL_SERV", person, kind="康复训练", from_date="2026-01-01")
    county.says("RS_INS", person, benefit="城乡居民养老", from_date="2020-01-01")
    row = county.table("person")[person.id]
    assert row["dis__entrusted_care"] is False
    assert row["ins__unemp_benefit"] is False
    assert row["dis__work_injury_care"] is False


@pytest.mark.parametrize(
    ("kind", "status", "registered_on", "holds"),
    [
        ("机动轮椅车", "正常", "2020-01-01", True),
        ("机动轮椅车", "报废", "2020-01-01", False),
        ("机动轮椅车", "正常", "2026-12-01", False),
        ("小型汽车", "正常", "2020-01-01", False),
    ],
)
def test_only_a_wheelchair_vehicle_in_use_counts(
    county: County, kind: str, status: str, registered_on: str, holds: bool
) -> None:
    person = county.person()
    county.says("GA_VEH", person, kind="小型汽车", status="正常", registered_on="2019-01-01")
    county.says("GA_VEH", person, kind=kind, status=status, registered_on=registered_on)
    assert county.fact(person, "dis__wheelchair_vehicle") is holds


def test_an_expired_assessment_keeps_its_grade_and_date_but_not_its_self_care(
    county: County,
) -> None:
    person = county.person()
    county.says(
        "MZ_ELD", person,
        assess="重", selfcare="基本不能", assessed_on="2024-11-20", valid_to="2026-11-20",
    )  # fmt: skip
    row = county.table("person")[person.id]
    assert (row["eld__assess"], row["eld__assess_valid_to"]) == ("重", date(2026, 11, 20))
    assert row["dis__selfcare"] is None
    assert county.fact(person, "dis__selfcare", "2026-10") == "基本不能"


def test_an_assessment_made_later_says_nothing_about_the_month(county: County) -> None:
    person = county.person()
    county.says(
        "MZ_ELD", person,
        assess="重", selfcare="基本不能", assessed_on="2026-12-05", valid_to="2028-12-05",
    )  # fmt: skip
    row = county.table("person")[person.id]
    assert (row["eld__assess"], row["dis__selfcare"]) == (None, None)


@pytest.mark.parametrize(
    ("feed", "data", "column"),
    [
        ("MZ_CHILD", {"class": "孤儿"}, "child__orphan"),
        ("TY_PREF", {"periodic": True}, "vet__other_pref"),
    ],
)
def test_what_is_recognised_later_does_not_hold_yet(
    county: County, feed: str, data: dict[str, Any], column: str
) -> None:
    person = county.person()
    county.says(feed, person, **data, recognised_on="2026-12-01")
    assert county.fact(person, column) is False
    assert county.fact(person, column, "2026-12") is True


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        ([], (None, None)),
        ([("2026-03-01", None)], (date(2026, 3, 1), None)),
        ([("2020-03-01", "2021-03-01")], (date(2020, 3, 1), date(2021, 3, 1))),
        ([("2020-03-01", "2021-03-01"), ("2026-11-15", None)], (date(2026, 11, 15), None)),
        ([("2026-03-01", "2026-11-01"), ("2026-12-01", None)], (date(2026, 3, 1), date(2026, 11, 1))),
        ([("2019-01-01", None), ("2022-01-01", "2023-01-01")], (date(2019, 1, 1), None)),
    ],
)  # fmt: skip
def test_the_term_in_prison_that_touches_the_month_is_the_one_told(
    county: County,
    terms: list[tuple[str, str | None]],
    expected: tuple[date | None, date | None],
) -> None:
    person = county.person()
    county.delivers("SF_PRISON")
    for since, until in terms:
        county.says("SF_PRISON", person, from_date=since, to_date=until)
    row = county.table("person")[person.id]
    assert (row["p__imprisoned_from"], row["p__imprisoned_to"]) == expected


@pytest.mark.parametrize(
    ("category", "status", "approved_date", "column"),
    [
        ("低保", "在保", "2026-11-30", "sa__dibao"),
        ("低边", "在保", "2026-11-30", "sa__dibian"),
        ("特困", "在保", "2026-11-30", "sa__tekun"),
        ("低保", "停保", "2020-01-01", None),
        ("低保", "在保", "2026-12-01", None),
        ("支出型", "在保", "2020-01-01", None),
    ],
)
def test_assistance_counts_if_it_runs_and_was_approved_by_the_last_day(
    county: County, category: str, status: str, approved_date: str, column: str | None
) -> None:
    person = county.person()
    county.says(
        "MZ_SA", person, county.household(),
        head_person_id=person.id, category=category, size=1, approved_date=approved_date,
        status=status,
    )  # fmt: skip
    row = county.table("person")[person.id]
    held = {name for name in ("sa__dibao", "sa__dibian", "sa__tekun") if row[name]}
    assert held == ({column} if column else set())


def test_a_court_that_was_heard_says_that_there_is_no_sentence(county: County) -> None:
    jailed, cleared, missing, other, unclear = (county.person() for _ in range(5))
    since: dict[str, Any] = {"kind": "刑罚判决", "effective_on": "2026-11-30"}
    county.says("FY_COURT", jailed, **since, sentence="无期")
    county.says("FY_COURT", cleared, **since, sentence="有期", revoked_on="2026-11-30")
    county.says("FY_COURT", missing, kind="宣告失踪", effective_on="2026-01-01")
    county.says("FY_COURT", unclear, **since)
    table = county.table("person")
    told = [table[one.id]["p__sentence_type"] for one in (jailed, cleared, missing, other, unclear)]
    assert told == ["无期", "无", "无", "无", None]


def test_without_the_court_nobody_knows_of_a_sentence(county: County) -> None:
    assert county.fact(county.person(), "p__sentence_type") is None

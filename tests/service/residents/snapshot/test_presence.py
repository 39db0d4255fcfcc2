"""No and unknown: a delivered feed that is silent says no, a feed never delivered says nothing."""

from typing import Any

import pytest

from tests.service.residents.snapshot.county import County

PRESENCE = [
    ("TY_CONS", ["p__in_service", "vet__conscript_from_here", "vet__plateau"]),
    ("CZ_PAY", ["p__fin_payroll"]),
    ("MZ_SA", ["sa__dibao", "sa__dibian", "sa__tekun"]),
    ("CL_CERT", ["dis__has_cert"]),
    ("CL_SERV", ["dis__entrusted_care"]),
    ("RS_INS", ["dis__work_injury_care", "ins__unemp_benefit"]),
    ("GA_VEH", ["dis__wheelchair_vehicle"]),
    ("MZ_CHILD", ["child__orphan", "child__swwr", "child__hiv"]),
    ("TY_PREF", ["vet__other_pref"]),
    ("WJ_FP", ["fp__only_child_dead", "fp__only_child_disabled3"]),
    ("SL_MIG", ["mig__registered", "mig__direct_pay"]),
]
ALL_PRESENCE = [(feed, column) for feed, columns in PRESENCE for column in columns]


@pytest.mark.parametrize(("feed", "columns"), PRESENCE)
def test_silence_of_a_delivered_feed_is_no(county: County, feed: str, columns: list[str]) -> None:
    person = county.person()
    county.delivers(feed)
    row = county.table("person")[person.id]
    assert {column: row[column] for column in columns} == dict.fromkeys(columns, False)
    others = [column for other, column in ALL_PRESENCE if other != feed]
    assert {column: row[column] for column in others} == dict.fromkeys(others)


def test_a_refused_delivery_says_nothing(county: County) -> None:
    from tests.factories.residents import DeliveryFactory

    person = county.person()
    DeliveryFactory.create(feed="CZ_PAY", state="refused")
    assert county.fact(person, "p__fin_payroll") is None


@pytest.mark.parametrize(
    ("feed", "data", "expected"),
    [
        ("TY_CONS", {"service_status": "现役", "from_here": True, "month_count": 11, "plateau": True},
         {"p__in_service": True, "vet__conscript_from_here": True, "vet__service_month_count": 11, "vet__plateau": True}),
        ("TY_CONS", {"service_status": "退役", "from_here": False, "month_count": 2, "plateau": False},
         {"p__in_service": False, "vet__conscript_from_here": False, "vet__service_month_count": 2, "vet__plateau": False}),
        ("CZ_PAY", {"on_payroll": True}, {"p__fin_payroll": True}),
        ("CZ_PAY", {"on_payroll": False}, {"p__fin_payroll": False}),
        ("CL_CERT", {"category": 4, "grade": 2, "expires_on": "2030-01-01", "status": "冻结"},
         {"dis__has_cert": True, "dis__category": 4, "dis__grade": 2, "dis__cert_status": "冻结"}),
        ("MZ_CHECK", {"income_pc_fen": 117_550, "monthly_income_fen": 0, "authorised": True, "refused_check": False, "report_date": "2026-10-01"},
         {"hh__income_pc_fen": 117_550, "p__monthly_income_fen": 0}),
        ("MZ_CHECK", {"authorised": True, "refused_check": False, "report_date": "2026-10-01"},
         {"hh__income_pc_fen": None, "p__monthly_income_fen": None}),
        ("WJ_FP", {"only_child_dead": None, "no_rebirth": True},
         {"fp__only_child_dead": None, "fp__no_rebirth": True, "fp__legal_birth": None}),
        ("MZ_CHILD", {"class": "事实无人抚养", "recognised_on": "2026-01-01"},
         {"child__orphan": False, "child__swwr": True, "child__hiv": False}),
        ("SL_MIG", {"registered": True, "mode": "项目扶持", "term_end": "2026-12-31"},
         {"mig__registered": True, "mig__direct_pay": False}),
    ],
)  # fmt: skip
def test_a_record_says_what_it_says_and_its_gaps_are_unknown(
    county: County, feed: str, data: dict[str, Any], expected: dict[str, Any]
) -> None:
    person = county.person()
    county.says(feed, person, **data)
    row = county.table("person")[person.id]
    assert {column: row[column] for column in expected} == expected


def test_without_a_record_an_attribute_is_unknown_even_if_the_feed_came(county: County) -> None:
    person = county.person()
    for feed in ("CL_CERT", "MZ_CHECK", "MZ_ELD", "WJ_FP", "SL_MIG", "TY_CONS"):
        county.delivers(feed)
    row = county.table("person")[person.id]
    attributes = (
        "dis__category", "dis__grade", "dis__cert_status", "dis__cert_expire", "dis__selfcare",
        "hh__income_pc_fen", "p__monthly_income_fen", "eld__assess", "eld__assess_valid_to",
        "fp__wife_birth", "fp__no_rebirth", "fp__legal_birth", "mig__term_end",
        "vet__service_month_count",
    )  # fmt: skip
    assert {name: row[name] for name in attributes} == dict.fromkeys(attributes)

"""Deaths: how three departments' words become one date, or a hold."""

from datetime import date
from typing import Any

import pytest

from service.foundation import clock
from service.residents.models import Confirmation, Delivery, Person
from service.residents.snapshot import false_reports
from tests.factories.residents import DeliveryFactory, FeedRecordFactory
from tests.service.residents.snapshot.county import County

MEDICAL = ("WJ_DEATH", {"death_date": "2026-10-03"})
CREMATION = ("MZ_CREM", {"death_date": "2026-10-04"})
POLICE = ("GA_DEREG", {"dereg_date": "2026-10-20", "reason": "死亡"})


@pytest.mark.parametrize(
    ("reports", "confirmed", "reported"),
    [
        ([], None, None),
        ([MEDICAL], None, date(2026, 10, 3)),
        ([CREMATION], None, date(2026, 10, 4)),
        ([POLICE], None, date(2026, 10, 20)),
        ([MEDICAL, CREMATION], date(2026, 10, 3), None),
        ([MEDICAL, POLICE], date(2026, 10, 3), None),
        ([CREMATION, POLICE], date(2026, 10, 4), None),
        ([POLICE, CREMATION, MEDICAL], date(2026, 10, 3), None),
    ],
)
def test_two_sources_confirm_a_death_and_one_only_reports_it(
    county: County,
    reports: list[tuple[str, dict[str, Any]]],
    confirmed: date | None,
    reported: date | None,
) -> None:
    person = county.person()
    for feed, data in reports:
        county.says(feed, person, **data)
    row = county.table("person")[person.id]
    assert (row["p__death_date"], row["p__death_reported_date"]) == (confirmed, reported)


def test_one_source_that_reports_twice_is_still_one_source(county: County) -> None:
    person = county.person()
    county.says("GA_DEREG", person, dereg_date="2026-10-20", reason="死亡")
    county.says("GA_DEREG", person, dereg_date="2026-10-22", reason="死亡")
    row = county.table("person")[person.id]
    assert (row["p__death_date"], row["p__death_reported_date"]) == (None, date(2026, 10, 20))


@pytest.mark.parametrize("reason", ["入伍", "出国定居"])
def test_leaving_the_register_for_another_reason_is_no_death(county: County, reason: str) -> None:
    person = county.person()
    county.says("GA_DEREG", person, dereg_date="2026-10-20", reason=reason)
    row = county.table("person")[person.id]
    assert (row["p__death_date"], row["p__death_reported_date"]) == (None, None)


def test_a_report_that_was_withdrawn_no_longer_counts(county: County) -> None:
    person = county.person()
    county.says("WJ_DEATH", person, death_date="2026-10-03")
    wrong = county.says("MZ_CREM", person, death_date="2026-10-04")
    wrong.known_to = wrong.known_from
    assert county.fact(person, "p__death_date") is None


def test_the_certificate_decides_even_if_another_department_has_an_earlier_date(
    county: County,
) -> None:
    person = county.person()
    county.says("WJ_DEATH", person, death_date="2026-10-05")
    county.says("MZ_CREM", person, death_date="2026-10-04")
    county.says("GA_DEREG", person, dereg_date="2026-10-02", reason="死亡")
    assert county.fact(person, "p__death_date") == date(2026, 10, 5)


COURT: tuple[str, dict[str, Any]] = (
    "FY_COURT",
    {"kind": "宣告死亡", "effective_on": "2026-10-25", "death_date": "2026-10-10"},
)
SEEN = date(2026, 11, 10)


def _confirm(county: County, person: Person, answer: str, stated_on: date) -> Confirmation:
    found = Confirmation(
        person_id=person.id, answer=answer, stated_on=stated_on, organisation="递铺街道",
        reason="上门核实", by="officer-1", at=clock.now(),
    )  # fmt: skip
    county.session.add(found)
    county.session.flush()
    return found


def _told(county: County, person: Person) -> tuple[date | None, date | None]:
    row = county.table("person")[person.id]
    return row["p__death_date"], row["p__death_reported_date"]


def test_a_court_is_a_source_like_the_others(county: County) -> None:
    alone, agreed = county.person(), county.person()
    county.says(COURT[0], alone, **COURT[1])
    county.says(COURT[0], agreed, **COURT[1])
    county.says("GA_DEREG", agreed, dereg_date="2026-10-27", reason="死亡")
    assert _told(county, alone) == (None, date(2026, 10, 10))
    assert _told(county, agreed) == (date(2026, 10, 27), None)


@pytest.mark.parametrize(
    ("feed", "data"),
    [
        ("WJ_DEATH", {"death_date": "2026-10-03", "retracted_on": "2026-10-09"}),
        ("MZ_CREM", {"death_date": "2026-10-04", "retracted_on": "2026-10-09"}),
        ("GA_DEREG", {"dereg_date": "2026-10-20", "reason": "死亡", "restored_on": "2026-10-29"}),
        ("FY_COURT", {**COURT[1], "revoked_on": "2026-10-30"}),
        ("FY_COURT", {**COURT[1], "kind": "宣告失踪"}),
    ],
)
def test_what_was_taken_back_is_no_report(county: County, feed: str, data: dict[str, Any]) -> None:
    person = county.person()
    county.says(feed, person, **data)
    assert _told(county, person) == (None, None)
    assert county.fact(person, "p__alive") is True


def test_a_township_that_confirms_makes_one_report_a_death_of_the_reported_day(
    county: County,
) -> None:
    person = county.person()
    county.says("MZ_CREM", person, death_date="2026-10-04")
    _confirm(county, person, "dead", date(2026, 10, 2))
    assert _told(county, person) == (date(2026, 10, 4), None)
    assert county.fact(person, "p__alive") is False


def _falsely_reported(county: County, register_as_of: date, seen_on: date = SEEN) -> Person:
    person = county.person()
    wrong = DeliveryFactory.create(feed="MZ_CREM", as_of=date(2026, 10, 5))
    FeedRecordFactory.create(
        feed="MZ_CREM", person=person, delivery=wrong, data={"death_date": "2026-10-04"}
    )
    DeliveryFactory.create(feed="GA_HUKOU", mode="full", as_of=register_as_of)
    _confirm(county, person, "alive", seen_on)
    return person


def test_one_report_that_register_and_township_contradict_was_wrong_and_is_counted(
    county: County,
) -> None:
    person = _falsely_reported(county, date(2026, 11, 12))
    assert _told(county, person) == (None, None)
    assert false_reports(county.session) == {"MZ_CREM": 1}


@pytest.mark.parametrize(
    ("register_as_of", "seen_on", "why"),
    [
        (date(2026, 10, 5), SEEN, "the register is of the same day as the report"),
        (date(2026, 11, 12), date(2026, 10, 1), "seen before the day of the death"),
    ],
)
def test_who_was_seen_or_registered_too_early_stays_held(
    county: County, register_as_of: date, seen_on: date, why: str
) -> None:
    person = _falsely_reported(county, register_as_of, seen_on)
    # The record's own delivery is of the day it was made in this test, so it is set back too.
    for delivery in county.session.query(Delivery).filter_by(feed="GA_HUKOU"):
        delivery.as_of = register_as_of
    county.session.flush()
    assert _told(county, person) == (None, date(2026, 10, 4)), why
    assert false_reports(county.session) == {}


def test_two_sources_are_not_contradicted_by_one_visit(county: County) -> None:
    person = _falsely_reported(county, date(2026, 11, 12))
    county.says("WJ_DEATH", person, death_date="2026-10-03")
    assert _told(county, person) == (date(2026, 10, 3), None)
    assert false_reports(county.session) == {}


def test_a_confirmation_taken_back_clears_nothing(county: County) -> None:
    person = _falsely_reported(county, date(2026, 11, 12))
    county.session.query(Confirmation).one().withdrawn_at = clock.now()
    county.session.flush()
    assert _told(county, person) == (None, date(2026, 10, 4))
    assert false_reports(county.session) == {}

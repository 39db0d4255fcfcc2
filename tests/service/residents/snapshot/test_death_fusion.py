"""Deaths: how three departments' words become one date, or a hold."""

from datetime import date
from typing import Any

import pytest

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

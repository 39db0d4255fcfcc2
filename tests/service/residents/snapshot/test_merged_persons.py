"""One human being is one row, whatever ids the records came with."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from service.foundation import clock
from service.residents.models import IdentityAct, IdentityDispute, Person
from service.residents.snapshot import provenance
from tests.factories.residents import DeliveryFactory, FeedRecordFactory, PersonFactory
from tests.service.residents.snapshot.county import HUKOU, County

JUNE, JULY = (datetime(2026, month, 5, 9, tzinfo=UTC) for month in (6, 7))


def _merge(county: County, other: Person, kept: Person, at: datetime | None = None) -> None:
    other.merged_into = kept.id
    act = IdentityAct(
        kind="merge", kept_id=kept.id, other_id=other.id, reason="重号", by="officer-1",
        at=at or clock.now(),
    )  # fmt: skip
    county.session.add(act)
    county.session.flush()


def _split(county: County, other: Person, kept: Person, at: datetime) -> None:
    other.merged_into = None
    act = IdentityAct(
        kind="split", kept_id=kept.id, other_id=other.id, reason="误并", by="officer-1", at=at
    )
    county.session.add(act)
    county.session.flush()


def test_what_was_said_under_the_former_number_is_said_of_the_person(county: County) -> None:
    former, kept = PersonFactory.create(), county.person()
    county.says("CZ_PAY", former, on_payroll=True)
    county.says("WJ_DEATH", former, death_date="2026-10-03")
    county.says("MZ_CREM", kept, death_date="2026-10-04")
    _merge(county, former, kept)
    table = county.table("person")
    assert list(table) == [kept.id]
    assert table[kept.id]["p__fin_payroll"] is True
    assert table[kept.id]["p__death_date"] == date(2026, 10, 3)


def test_a_person_named_by_another_record_is_named_by_the_id_that_counts(county: County) -> None:
    former, kept, child = PersonFactory.create(), county.person(), county.person()
    orphan: dict[str, Any] = {"class": "孤儿", "recognised_on": "2026-01-01"}
    county.says("MZ_CHILD", child, guardian_person_id=former.id, **orphan)
    home = county.household()
    for member, head in ((former, former), (child, former)):
        county.says(
            "MZ_SA", member, home,
            head_person_id=head.id, category="低保", size=2, approved_date="2024-05-06", status="在保",
        )  # fmt: skip
    _merge(county, former, kept)
    assert county.table("person")[child.id]["guardian_person_id"] == kept.id
    row = county.table("household")[home.id]
    assert (row["head_person_id"], row["payee_person_id"]) == (kept.id, kept.id)
    assert (row["member_count"], row["p__hukou_county"]) == (2, True)


@pytest.mark.parametrize("kept_is_later", [True, False])
def test_of_two_records_of_one_key_the_later_day_counts_and_not_the_later_arrival(
    county: County, kept_is_later: bool
) -> None:
    former, kept = county.person(birth="1950-01-01"), county.person(birth="1950-01-10")
    for person, later in ((kept, kept_is_later), (former, not kept_is_later)):
        delivery = DeliveryFactory.create(
            feed="TY_CONS",
            as_of=date(2026, 10, 20) if later else date(2026, 9, 20),
            # What is of the earlier day comes in last.
            received_at=JUNE if later else JULY,
        )
        FeedRecordFactory.create(
            feed="TY_CONS",
            person=person,
            delivery=delivery,
            data={"month_count": 11 if later else 5},
        )
    _merge(county, former, kept)
    assert county.table("person")[kept.id]["vet__service_month_count"] == 11


def test_of_two_records_of_one_day_the_one_learned_later_counts(county: County) -> None:
    former, kept = PersonFactory.create(), county.person()
    for person, received, months in ((former, JULY, 7), (kept, JUNE, 3)):
        delivery = DeliveryFactory.create(
            feed="TY_CONS", as_of=date(2026, 6, 1), received_at=received
        )
        FeedRecordFactory.create(
            feed="TY_CONS", person=person, delivery=delivery, data={"month_count": months}
        )
    _merge(county, former, kept)
    assert county.table("person")[kept.id]["vet__service_month_count"] == 7


def test_records_of_different_keys_all_stay(county: County) -> None:
    former, kept = PersonFactory.create(), county.person()
    county.says("RS_INS", former, benefit="失业保险金", from_date="2026-01-01")
    county.says("RS_INS", kept, benefit="工伤生活护理费", from_date="2026-01-01")
    _merge(county, former, kept)
    row = county.table("person")[kept.id]
    assert (row["ins__unemp_benefit"], row["dis__work_injury_care"]) == (True, True)


def test_a_merge_taken_back_makes_two_persons_again(county: County) -> None:
    former, kept = county.person(), county.person()
    _merge(county, former, kept, JUNE)
    assert list(county.table("person")) == [kept.id]
    _split(county, former, kept, JULY)
    assert sorted(county.table("person")) == sorted([former.id, kept.id])


def test_a_disputed_identity_stands_beside_the_person(county: County) -> None:
    disputed, settled, clear = county.person(), county.person(), county.person()
    for person, resolved in ((disputed, None), (settled, JULY)):
        county.session.add(
            IdentityDispute(
                person_id=person.id, feed="GA_HUKOU", why="two_rows", opened_at=JUNE,
                delivery_id=DeliveryFactory.create().id, resolved_at=resolved,
            )
        )  # fmt: skip
    table = county.table("person")
    assert table[disputed.id]["p__identity_disputed"] is True
    assert table[settled.id]["p__identity_disputed"] is False
    assert table[clear.id]["p__identity_disputed"] is False


def test_who_is_known_by_a_birth_certificate_only_is_in_no_table(county: County) -> None:
    newborn, mother = PersonFactory.create(), county.person()
    county.says("MZ_CHECK", newborn, monthly_income_fen=0, report_date="2026-10-01")
    assert list(county.table("person")) == [mother.id]


def test_provenance_finds_records_under_every_id_of_a_person(county: County) -> None:
    former, kept = PersonFactory.create(), county.person()
    county.says("CZ_PAY", former, on_payroll=True)
    _merge(county, former, kept)
    for one in (former, kept):
        found = provenance(county.session, one.id, ["CZ_PAY", "GA_HUKOU"])
        assert {feed: source.has_record for feed, source in found.items()} == {
            "CZ_PAY": True,
            "GA_HUKOU": True,
        }


def test_what_was_known_before_a_merge_is_told_without_it(county: County) -> None:
    former, kept = county.person(), county.person(**HUKOU)
    before = clock.now()
    _merge(county, former, kept, before + timedelta(seconds=1))
    now, then = county.freeze(), county.freeze(as_known_at=before)
    assert now.manifest["tables"]["person"]["rows"] == 1
    assert then.manifest["tables"]["person"]["rows"] == 2

"""Where a fact comes from: the delivery, and the day of the record."""

from datetime import UTC, date, datetime

from service.residents.snapshot import Source, household_provenance, provenance
from tests.factories.residents import DeliveryFactory, FeedRecordFactory
from tests.service.residents.snapshot.county import County

MARCH, MAY, JULY = (datetime(2026, month, 5, 9, tzinfo=UTC) for month in (3, 5, 7))


def test_a_record_comes_with_its_file_and_its_day(county: County) -> None:
    person = county.person()
    delivery = DeliveryFactory.create(feed="MZ_CHECK", file_name="check.xlsx", received_at=MARCH)
    DeliveryFactory.create(feed="MZ_CHECK", received_at=MAY)
    record = FeedRecordFactory.create(
        feed="MZ_CHECK", person=person, delivery=delivery, data={"report_date": "2026-02-28"}
    )
    assert provenance(county.session, person.id, ["MZ_CHECK"]) == {
        "MZ_CHECK": Source(
            "check.xlsx",
            MARCH,
            date(2026, 2, 28),
            has_record=True,
            delivery_id=delivery.id,
            as_of=delivery.as_of,
            row_no=record.row_no,
            first_as_of=delivery.as_of,
        )
    }


def test_silence_comes_from_the_last_file_that_was_imported(county: County) -> None:
    person = county.person()
    DeliveryFactory.create(feed="CZ_PAY", file_name="old.csv", received_at=MARCH)
    last = DeliveryFactory.create(feed="CZ_PAY", file_name="new.csv", received_at=MAY)
    DeliveryFactory.create(feed="CZ_PAY", file_name="bad.csv", received_at=JULY, state="refused")
    assert provenance(county.session, person.id, ["CZ_PAY", "SF_PRISON"]) == {
        "CZ_PAY": Source(
            "new.csv", MAY, None, has_record=False, delivery_id=last.id, as_of=last.as_of
        )
    }


def test_the_past_is_told_as_it_was_known_then(county: County) -> None:
    person = county.person()
    for received, replaced, day in ((MARCH, JULY, "2026-02-01"), (JULY, None, "2026-06-01")):
        FeedRecordFactory.create(
            feed="MZ_ELD", person=person, data={"assessed_on": day}, known_to=replaced,
            delivery=DeliveryFactory.create(feed="MZ_ELD", received_at=received),
        )  # fmt: skip
    then = provenance(county.session, person.id, ["MZ_ELD"], at=MAY)["MZ_ELD"]
    now = provenance(county.session, person.id, ["MZ_ELD"])["MZ_ELD"]
    assert (then.received_at, then.record_date) == (MARCH, date(2026, 2, 1))
    assert (now.received_at, now.record_date) == (JULY, date(2026, 6, 1))


def test_what_is_said_about_a_persons_land_is_said_about_the_person(county: County) -> None:
    person, stranger, home = county.person(), county.person(), county.household("land")
    county.says("NY_LAND", person, home, contract_area_milli_mu=1_000, division="330523100200")
    county.says("NY_PLANT", None, home, year=2026)
    assert provenance(county.session, person.id, ["NY_PLANT"])["NY_PLANT"].has_record
    assert not provenance(county.session, stranger.id, ["NY_PLANT"])["NY_PLANT"].has_record


def test_a_household_is_told_of_by_its_payee_before_its_members(county: County) -> None:
    head, member, home = county.person(), county.person(), county.household()
    for person in (head, member):
        county.says("MZ_SA", person, home, head_person_id=head.id, category="低保")
    first = county.says("MZ_CHECK", head, report_date="2026-01-31")
    county.says("MZ_CHECK", member, report_date="2026-02-28")
    only = county.says("GA_VEH", member, kind="轿车", status="正常")
    found = household_provenance(
        county.session, home.id, head.id, ["MZ_CHECK", "GA_VEH", "ZR_REAL"]
    )
    assert (found["MZ_CHECK"].row_no, found["MZ_CHECK"].record_date) == (
        first.row_no,
        date(2026, 1, 31),
    )
    assert found["GA_VEH"].delivery_id == only.delivery_id
    assert "ZR_REAL" not in found


def test_a_delivery_that_waited_is_known_from_the_decision_on(county: County) -> None:
    person = county.person()
    DeliveryFactory.create(feed="CZ_PAY", file_name="old.csv", received_at=MARCH)
    DeliveryFactory.create(feed="CZ_PAY", file_name="odd.csv", received_at=MARCH, decided_at=JULY)
    assert (
        provenance(county.session, person.id, ["CZ_PAY"], at=MAY)["CZ_PAY"].file_name == "old.csv"
    )

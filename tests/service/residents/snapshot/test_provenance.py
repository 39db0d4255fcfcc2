"""Where a fact comes from: the delivery, and the day of the record."""

from datetime import UTC, date, datetime

from service.residents.snapshot import Source, provenance
from tests.factories.residents import DeliveryFactory, FeedRecordFactory
from tests.service.residents.snapshot.county import County

MARCH, MAY, JULY = (datetime(2026, month, 5, 9, tzinfo=UTC) for month in (3, 5, 7))


def test_a_record_comes_with_its_file_and_its_day(county: County) -> None:
    person = county.person()
    delivery = DeliveryFactory.create(feed="MZ_CHECK", file_name="check.xlsx", received_at=MARCH)
    DeliveryFactory.create(feed="MZ_CHECK", received_at=MAY)
    FeedRecordFactory.create(
        feed="MZ_CHECK", person=person, delivery=delivery, data={"report_date": "2026-02-28"}
    )
    assert provenance(county.session, person.id, ["MZ_CHECK"]) == {
        "MZ_CHECK": Source("check.xlsx", MARCH, date(2026, 2, 28), has_record=True)
    }


def test_silence_comes_from_the_last_file_that_was_imported(county: County) -> None:
    person = county.person()
    DeliveryFactory.create(feed="CZ_PAY", file_name="old.csv", received_at=MARCH)
    DeliveryFactory.create(feed="CZ_PAY", file_name="new.csv", received_at=MAY)
    DeliveryFactory.create(feed="CZ_PAY", file_name="bad.csv", received_at=JULY, state="refused")
    assert provenance(county.session, person.id, ["CZ_PAY", "SF_PRISON"]) == {
        "CZ_PAY": Source("new.csv", MAY, None, has_record=False)
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

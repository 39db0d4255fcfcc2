"""What was known on a day can be frozen again later, whatever has been learned since."""

from datetime import UTC, date, datetime, timedelta

from service.foundation import clock
from service.residents.models import Confirmation, FeedRecord
from service.residents.snapshot import open_snapshot
from tests.factories.residents import DeliveryFactory, FeedRecordFactory
from tests.service.residents.snapshot.county import HUKOU, County, read

SEPTEMBER, OCTOBER = (datetime(2026, month, 25, 9, tzinfo=UTC) for month in (9, 10))


def _replace(county: County, record: FeedRecord, **data: object) -> None:
    now = clock.now()
    record.known_to = now
    FeedRecordFactory.create(
        feed=record.feed, record_key=record.record_key, person_id=record.person_id,
        data={**record.data, **data}, known_from=now,
        delivery=DeliveryFactory.create(feed=record.feed, received_at=now),
    )  # fmt: skip
    county.session.flush()


def test_a_snapshot_as_known_then_is_the_one_that_was_frozen_then(county: County) -> None:
    person, other = county.person(), county.person()
    income = county.says("MZ_CHECK", person, monthly_income_fen=90_000, report_date="2026-10-01")
    county.says("WJ_DEATH", other, death_date="2026-10-03")
    frozen = county.freeze()
    then = clock.now()
    told = read(frozen, "person")
    _replace(county, income, monthly_income_fen=10_000)
    county.says("MZ_CREM", other, death_date="2026-10-04")
    county.person()
    county.session.add(
        Confirmation(
            person_id=other.id, answer="dead", stated_on=date(2026, 10, 3), organisation="乡镇",
            reason="核实", by="officer-1", at=clock.now(),
        )
    )  # fmt: skip
    county.session.flush()
    assert county.freeze().digest != frozen.digest
    again = county.freeze(as_known_at=then)
    assert again.id == frozen.id
    open_snapshot(again)
    assert read(again, "person") == told


def test_what_was_replaced_since_is_told_as_it_was(county: County) -> None:
    person = county.person()
    for received, replaced, income in ((SEPTEMBER, OCTOBER, 90_000), (OCTOBER, None, 10_000)):
        FeedRecordFactory.create(
            feed="MZ_CHECK", person=person, known_from=received, known_to=replaced,
            data={"monthly_income_fen": income, "report_date": "2026-09-01"},
            delivery=DeliveryFactory.create(feed="MZ_CHECK", received_at=received),
        )  # fmt: skip
    hukou = county.session.query(FeedRecord).filter_by(feed="GA_HUKOU").one()
    hukou.known_from = SEPTEMBER
    county.session.flush()
    column = "p__monthly_income_fen"
    before = county.freeze(as_known_at=OCTOBER - timedelta(seconds=1))
    at_once = county.freeze(as_known_at=OCTOBER)
    assert [row[column] for row in read(before, "person")] == [90_000]
    # From the very instant on it is the new word.
    assert [row[column] for row in read(at_once, "person")] == [10_000]


def test_before_anything_was_delivered_nothing_was_known(county: County) -> None:
    county.person(**HUKOU)
    snapshot = county.freeze(as_known_at=SEPTEMBER)
    assert snapshot.manifest["tables"]["person"]["rows"] == 0
    assert set(map(len, snapshot.manifest["feeds"].values())) == {0}
    assert snapshot.manifest["as_known_at"].startswith("2026-09-25T09:00")


def test_a_delivery_that_waited_was_not_known_before_somebody_decided(county: County) -> None:
    person = county.person()
    hukou = county.session.query(FeedRecord).filter_by(feed="GA_HUKOU").one()
    hukou.known_from = SEPTEMBER
    DeliveryFactory.create(feed="CZ_PAY", received_at=SEPTEMBER, decided_at=OCTOBER)
    county.session.flush()
    before = county.freeze(as_known_at=OCTOBER - timedelta(days=1))
    after = county.freeze(as_known_at=OCTOBER)
    assert [row["p__fin_payroll"] for row in read(before, "person")] == [None]
    assert [row["p__fin_payroll"] for row in read(after, "person")] == [False]
    assert person.id == read(after, "person")[0]["person_id"]

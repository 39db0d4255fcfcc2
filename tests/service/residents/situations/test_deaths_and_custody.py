"""Deaths and custody as a month's facts tell them; what is paid for it the rules decide."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from service.foundation import clock
from service.residents.models import Confirmation, FeedRecord, Person
from service.residents.snapshot import false_reports
from tests.factories import residents
from tests.factories.residents import DeliveryFactory, FeedRecordFactory
from tests.service.residents.snapshot.county import County, read


@pytest.fixture
def county(session: Session, data_dir: Path) -> County:
    assert data_dir.is_dir()
    residents.use(session)
    return County(session)


def _dies(county: County, person: Person, day: str) -> None:
    county.says("WJ_DEATH", person, death_date=day)
    county.says("MZ_CREM", person, death_date=day, cremated_on=day)


def _row(county: County, person: Person, month: str = "2026-11") -> dict[str, Any]:
    return county.table("person", month)[person.id]


def _ends(record: FeedRecord, **data: Any) -> FeedRecord:
    """What a department says anew about a record; the old words stay, with their end."""
    now = clock.now()
    record.known_to = now
    made: FeedRecord = FeedRecordFactory.create(
        feed=record.feed, record_key=record.record_key, person_id=record.person_id,
        data={**record.data, **data}, known_from=now,
        delivery=DeliveryFactory.create(feed=record.feed, received_at=now),
    )  # fmt: skip
    return made


@pytest.mark.parametrize("day", ["2026-11-01", "2026-11-30"])
def test_the_day_of_a_death_is_told_to_the_day_in_its_own_month(county: County, day: str) -> None:
    """Situation 1: a death on the first or on the last day leaves that month to the rules."""
    person = county.person()
    _dies(county, person, day)
    assert _row(county, person)["p__death_date"] == date.fromisoformat(day)
    assert _row(county, person, "2026-10")["p__alive"] is True
    assert _row(county, person)["p__alive"] is False


def test_a_death_learned_months_later_is_told_with_its_own_day(county: County) -> None:
    """Situation 2: what was frozen stays; the month asked about now knows the day of July."""
    person = county.person()
    before = county.freeze("2026-10")
    _dies(county, person, "2026-07-08")
    after = county.freeze("2026-10")
    assert after.digest != before.digest
    row = _row(county, person)
    assert (row["p__death_date"], row["p__days_since_death"]) == (date(2026, 7, 8), 145)


def test_a_death_reported_after_the_freeze_is_in_the_next_one_only(county: County) -> None:
    """Situation 3: between freezing and paying, another look shows what came in."""
    person = county.person()
    frozen = county.freeze()
    then = clock.now()
    county.says("MZ_CREM", person, death_date="2026-11-20", cremated_on="2026-11-21")
    assert _row(county, person)["p__death_reported_date"] == date(2026, 11, 20)
    assert county.freeze(as_known_at=then).id == frozen.id


def test_a_death_in_january_is_still_told_in_autumn(county: County) -> None:
    """Situation 4: a yearly payment in September sees the day and may decide by it."""
    person = county.person()
    _dies(county, person, "2026-01-17")
    assert _row(county, person, "2026-09")["p__death_date"] == date(2026, 1, 17)


def test_a_revoked_declaration_gives_back_life_and_keeps_both_words(county: County) -> None:
    """Situation 5: the court declares dead and revokes, the police restore; nothing is erased."""
    person = county.person()
    court = county.says(
        "FY_COURT", person, kind="宣告死亡", effective_on="2026-03-02", death_date="2026-03-01"
    )
    police = county.says("GA_DEREG", person, dereg_date="2026-03-20", reason="死亡")
    declared = clock.now()
    assert _row(county, person)["p__alive"] is False
    _ends(court, revoked_on="2026-10-11")
    assert _row(county, person)["p__death_date"] is None
    assert _row(county, person)["p__death_reported_date"] == date(2026, 3, 20)
    _ends(police, restored_on="2026-10-20")
    row = _row(county, person)
    assert (row["p__alive"], row["p__death_reported_date"]) == (True, None)
    assert (row["p__hukou_county"], row["p__hukou_out_date"]) == (True, None)
    (then,) = read(county.freeze(as_known_at=declared), "person")
    assert then["p__death_date"] == date(2026, 3, 20)
    told = county.session.query(FeedRecord).filter(FeedRecord.person_id == person.id)
    assert told.filter_by(feed="FY_COURT").count() == told.filter_by(feed="GA_DEREG").count() == 2


def test_who_is_declared_missing_is_missing_and_not_dead(county: County) -> None:
    """Situation 6: missing is a fact of its own, until it is revoked."""
    person, found = county.person(), county.person()
    for one, revoked in ((person, None), (found, "2026-11-15")):
        county.says("FY_COURT", one, kind="宣告失踪", effective_on="2026-05-06", revoked_on=revoked)
    assert _row(county, person)["p__missing_declared"] is True
    assert _row(county, person)["p__alive"] is True
    assert _row(county, found)["p__missing_declared"] is False
    assert _row(county, found, "2026-10")["p__missing_declared"] is True


def test_a_number_mistyped_at_the_funeral_home_holds_until_it_is_cleared(county: County) -> None:
    """Situation 7: the register names the person later, the township has seen them: cleared."""
    person = county.person()
    wrong = DeliveryFactory.create(feed="MZ_CREM", as_of=date(2026, 11, 3))
    FeedRecordFactory.create(
        feed="MZ_CREM", person=person, delivery=wrong, data={"death_date": "2026-11-02"}
    )
    assert _row(county, person)["p__alive"] is None
    DeliveryFactory.create(feed="GA_HUKOU", mode="full", as_of=date(2026, 11, 20))
    county.session.add(
        Confirmation(
            person_id=person.id, answer="alive", stated_on=date(2026, 11, 18),
            organisation="递铺街道", reason="本人在家", by="officer-1", at=clock.now(),
        )
    )  # fmt: skip
    county.session.flush()
    row = _row(county, person)
    assert (row["p__alive"], row["p__death_reported_date"]) == (True, None)
    assert false_reports(county.session) == {"MZ_CREM": 1}


def test_a_term_in_prison_is_told_from_and_until(county: County) -> None:
    """Situation 54: two years in prison."""
    person = county.person()
    county.says("SF_PRISON", person, from_date="2025-02-03", to_date="2027-02-02", execution="监禁")
    row = _row(county, person)
    assert row["p__imprisoned"] is True
    assert (row["p__imprisoned_from"], row["p__imprisoned_to"]) == (
        date(2025, 2, 3),
        date(2027, 2, 2),
    )
    assert _row(county, person, "2027-02")["p__imprisoned"] is False


@pytest.mark.parametrize("execution", ["缓刑", "假释", "暂予监外"])
def test_a_sentence_served_outside_is_no_imprisonment(county: County, execution: str) -> None:
    """Situation 55: on probation, on parole, or let out for a time."""
    person = county.person()
    county.says(
        "SF_PRISON", person, from_date="2025-02-03", to_date="2027-02-02", execution=execution
    )
    row = _row(county, person)
    assert (row["p__imprisoned"], row["p__imprisoned_from"]) == (False, None)


@pytest.mark.parametrize(
    ("outcome", "months"), [("无罪", 0), ("撤案", 0), ("已判决", 7), (None, 7)]
)
def test_months_in_detention_count_unless_the_person_was_cleared(
    county: County, outcome: str | None, months: int
) -> None:
    """Situation 56: detained and later acquitted."""
    person = county.person()
    county.says(
        "GA_DETAIN", person,
        measure="逮捕羁押", from_date="2026-02-10", to_date="2026-09-09", outcome=outcome,
    )  # fmt: skip
    row = _row(county, person)
    assert (row["p__restricted_months"], row["p__wanted"]) == (months, False)


def test_a_certificate_tells_its_last_day_and_its_newest_grade(county: County) -> None:
    """Situation 57: it expires, or is graded anew; the rules see the day and the grade."""
    person = county.person()
    record = county.says(
        "CL_CERT", person, category=4, grade=2, expires_on="2026-11-14", status="正常"
    )
    row = _row(county, person)
    assert (row["dis__has_cert"], row["dis__cert_expire"]) == (True, date(2026, 11, 14))
    _ends(record, grade=3, expires_on="2036-11-14")
    row = _row(county, person)
    assert (row["dis__grade"], row["dis__cert_expire"]) == (3, date(2036, 11, 14))


def test_a_certificate_on_its_way_to_another_county_says_so(county: County) -> None:
    """Situation 58: frozen for a transfer is a state of the certificate, not the loss of it."""
    person = county.person()
    county.says("CL_CERT", person, category=6, grade=1, expires_on="2031-01-01", status="迁移中")
    row = _row(county, person)
    assert (row["dis__has_cert"], row["dis__cert_status"]) == (True, "迁移中")

"""The overview counts what arrived, what failed and how long it took; few people are not told to others."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from service.batches.models import Batch, Payment
from service.enquiry.board.fold import hidden_of
from service.enquiry.overview import days
from service.enquiry.overview.asked import BadRange, Wanted, wanted
from service.enquiry.overview.count import count_month, count_touched
from service.enquiry.overview.models import OverviewCount
from service.enquiry.overview.told import Cell, overview
from service.foundation.jobs.handlers import KINDS
from service.foundation.months import Month
from service.foundation.problems import NotFound
from service.ledger.models import BankChannel
from service.residents.models import Division
from service.web import here
from service.web.here import Visit
from tests.factories import residents
from tests.factories.banks import BankFileFactory
from tests.factories.batches import BatchFactory, PaymentFactory, channel, payee
from tests.factories.residents import FeedRecordFactory
from tests.service.web.browsing import SignInAs

TOWN, OTHER = "330523100200", "330523101200"
PAY_DAY = date(2026, 10, 16)
OCTOBER = Wanted(Month(2026, 10), Month(2026, 10))


@pytest.fixture
def county(session: Session) -> Session:
    """Two townships with a village each."""
    residents.use(session)
    here.enter(Visit(language="zh", path="/overview", query=""))
    for code, name in ((TOWN, "青禾镇"), (OTHER, "石鼓镇")):
        session.add(Division(code=code[:9] + "000", name=name, level="township", parent=None))
    session.flush()
    return session


@pytest.fixture
def october(county: Session) -> Batch:
    batch: Batch = BatchFactory.create(month="2026-10")
    return batch


def line(
    batch: Batch, *, state: str = "paid", after: int = 0, person: int = 0, **more: Any
) -> Payment:
    """A line in a file that was signed for the pay day, as the bank answered it."""
    file = more.pop("file", None) or bank_file_of(batch)
    made: Payment = PaymentFactory.create(
        batch=batch,
        payee_person_id=person or payee().id,
        bank_file_id=file.id,
        settled_on=PAY_DAY + timedelta(days=after) if state == "paid" else None,
        failed_on=PAY_DAY if state in ("rejected", "reissued") else None,
        **more,
    )
    way = {"paid": ("frozen", "sent", "paid"), "sent": ("frozen", "sent"),
           "rejected": ("frozen", "sent", "rejected"), "frozen": ("frozen",),
           "reissued": ("frozen", "sent", "rejected", "reissued")}[state]  # fmt: skip
    for then in way:
        made.state = then
        residents._sessions[0].flush()
    return made


_files: dict[Any, Any] = {}


def bank_file_of(batch: Batch, on: date = PAY_DAY) -> Any:
    key = (batch.id, on)
    if key not in _files:
        _files[key] = BankFileFactory.create(
            batch=batch, channel_id=_channel().id, execution_date=on
        )
    return _files[key]


def _channel() -> Any:
    found = residents._sessions[0].query(BankChannel).first()
    return found or channel()


def counts(session: Session, cut: str, programme: str = "") -> dict[str, tuple[int, int, int]]:
    rows = session.scalars(
        select(OverviewCount).where(OverviewCount.cut == cut, OverviewCount.programme == programme)
    )
    return {one.key: (one.payments, one.people, one.amount_fen) for one in rows}


def test_a_person_with_two_programmes_is_one_person_of_all(october: Batch, county: Session) -> None:
    other = BatchFactory.create(programme="MZ09", month="2026-10")
    both = payee().id
    line(october, person=both)
    line(other, person=both, amount_fen=5_000)
    line(october, state="rejected")
    line(october, state="sent")
    for _ in range(2):  # Counting again changes nothing.
        count_month(county, "2026-10")
    assert counts(county, "all") == {"": (2, 1, 15_000)}
    assert counts(county, "all", "MZ15") == {"": (1, 1, 10_000)}
    assert counts(county, "place") == {TOWN[:9]: (2, 1, 15_000)}


def test_days_are_counted_from_what_was_signed_and_from_the_months_end(
    october: Batch, county: Session
) -> None:
    line(october)
    line(october, after=3)
    first = line(october, state="reissued")
    again = BatchFactory.create(month="2026-10", kind="reissue")
    later = bank_file_of(again, PAY_DAY + timedelta(days=10))
    line(again, after=10, file=later, replaces_id=first.id, attempt=2, subject_id=first.subject_id)
    count_month(county, "2026-10")
    promise = {key: one[0] for key, one in counts(county, "promise").items()}
    assert promise == {"0": 1, "3": 1, "10": 1}, "issued again, it is late by the first day"
    assert {key: one[0] for key, one in counts(county, "month_end").items()} == {
        "-15": 1, "-12": 1, "-5": 1,
    }  # fmt: skip


def test_each_line_has_one_outcome_of_its_first_sending(october: Batch, county: Session) -> None:
    line(october)
    line(october, state="rejected")
    line(october, state="sent")
    paid_again, waits = line(october, state="reissued"), line(october, state="reissued")
    again = BatchFactory.create(month="2026-10", kind="reissue")
    for first, state in ((paid_again, "paid"), (waits, "sent")):
        line(again, state=state, replaces_id=first.id, attempt=2, subject_id=first.subject_id)
    PaymentFactory.create(batch=october)  # Never sent: no outcome.
    count_month(county, "2026-10")
    found = {key: one[0] for key, one in counts(county, "outcome").items()}
    assert found == {"first": 1, "failed": 1, "open": 1, "again": 1, "waiting": 1}


def test_ages_are_those_of_the_household_register_at_the_months_end(
    october: Batch, county: Session
) -> None:
    for birth, sex in (
        ("1946-10-31", "女"),
        ("1946-11-01", "女"),
        ("1930-01-01", "男"),
        ("", "男"),
    ):
        person = payee()
        FeedRecordFactory.create(person=person, data={"birth": birth, "sex": sex})
        line(october, person=person.id)
    count_month(county, "2026-10")
    found = {key: one[1] for key, one in counts(county, "age").items()}
    assert found == {"女|80": 1, "女|75": 1, "男|90": 1, "": 1}


def test_a_closed_day_counts_the_months_it_touched(october: Batch, county: Session) -> None:
    line(october)
    september = BatchFactory.create(month="2026-09")
    old = bank_file_of(september, date(2026, 9, 16))
    line(september, file=old)
    line(september, state="rejected", file=old)  # We learned of it on the pay day of October.
    BatchFactory.create(month="2026-08")
    assert KINDS["enquiry.count_overview"].handler is count_touched
    count_touched(county, channel=str(_channel().id), day=PAY_DAY.isoformat())
    months = set(county.scalars(select(OverviewCount.month)))
    assert months == {"2026-09", "2026-10"}


@pytest.mark.parametrize("taken_on", [date(2026, 9, 18), date(2026, 11, 28)])
def test_a_late_file_counts_its_month_on_either_of_its_days(
    october: Batch, county: Session, taken_on: date
) -> None:
    late = bank_file_of(BatchFactory.create(month="2026-09"), date(2026, 9, 16))
    late.executes_on = taken_on
    line(county.get_one(Batch, late.batch_id), file=late)
    for day in (date(2026, 9, 20), taken_on):
        county.execute(delete(OverviewCount))
        count_touched(county, channel=str(_channel().id), day=day.isoformat())
        assert "2026-09" in set(county.scalars(select(OverviewCount.month)))


def test_few_people_are_told_to_who_may_read_payments_only(october: Batch, county: Session) -> None:
    for _ in range(6):
        line(october)
    for _ in range(2):
        line(october, division=OTHER)
    count_month(county, "2026-10")
    inside = overview(county, OCTOBER, is_inside=True)
    assert {key: one and one.people for key, one in inside.places.items()} == {
        TOWN[:9]: 6, OTHER[:9]: 2,
    }  # fmt: skip
    outside = overview(county, OCTOBER, is_inside=False)
    assert outside.places == {TOWN[:9]: None, OTHER[:9]: None}, (
        "the other one is the total less six"
    )
    assert outside.together == Cell(8, 8, 80_000)


def test_a_small_programme_cannot_be_reckoned_back_from_a_township(
    october: Batch, county: Session
) -> None:
    small = BatchFactory.create(programme="MZ09", month="2026-10")
    for place in (TOWN, OTHER):
        for _ in range(8):
            line(october, division=place)
    for _ in range(6):
        line(small, division=TOWN)
    for _ in range(2):
        line(small, division=OTHER)
    count_month(county, "2026-10")
    of_small = Wanted(OCTOBER.first, OCTOBER.last, "MZ09")
    of_large = Wanted(OCTOBER.first, OCTOBER.last, "MZ15")
    assert overview(county, of_small, is_inside=False).places == {TOWN[:9]: None, OTHER[:9]: None}
    large = overview(county, of_large, is_inside=False).places
    assert large[OTHER[:9]] is None, "all of the township less this would be the two"
    assert overview(county, of_small, is_inside=True).places[OTHER[:9]] == Cell(2, 2, 20_000)


def test_hidden_are_at_least_five_together() -> None:
    assert hidden_of({"a": 2, "b": 6, "c": 9}) == {"a", "b"}
    assert hidden_of({"a": 2, "b": 3, "c": 9}) == {"a", "b"}
    assert hidden_of({"a": 5, "b": 6}) == set()
    assert hidden_of({}) == set()


def test_days_are_spoken_of_in_classes() -> None:
    here.enter(Visit(language="zh", path="/overview", query=""))
    cells = {"-3": Cell(1), "0": Cell(6), "1": None, "2": Cell(2), "40": Cell(1)}
    found = {one.label: one.value for one in days.classes(cells, days.AFTER_PROMISE)}
    assert (found["提前"], found["当天"], found["晚 1 天"], found["晚 2–3 天"]) == (1, 6, None, 2)
    assert found["晚 31 天及以上"] == 1
    assert [one.label for one in days.classes({}, days.AFTER_MONTH_END)][:3] == [
        "早 15 天及以上", "早 8–14 天", "早 1–7 天",
    ]  # fmt: skip
    assert (days.within(cells, 50), days.within(cells, 90), days.within({}, 50)) == (0, 2, None)


def test_what_is_asked_for_is_a_range_and_a_programme(county: Session) -> None:
    assert len(wanted(county, "2025-11", "2026-10", "").months) == 12
    for first, last in (("2026-11", "2026-10"), ("2020-01", "2026-10")):
        with pytest.raises(BadRange):
            wanted(county, first, last, "")
    with pytest.raises(NotFound):
        wanted(county, "", "", "XX99")


def test_the_page_the_file_and_the_api_say_the_same(
    october: Batch, county: Session, sign_in_as: SignInAs
) -> None:
    for _ in range(6):
        line(october)
    count_month(county, "2026-10")
    browser = sign_in_as("reconciler")
    page = browser.get("/overview").text
    assert "高龄津贴" in page
    assert "600.00" in page
    for part in ("people", "time"):
        assert browser.get(f"/overview?part={part}").status_code == 200
    written = browser.get("/overview.csv?what=trend-money&programme=MZ15").text
    assert written.splitlines()[1] == "2026-10,600.00"
    assert browser.get("/overview.csv?what=nothing").status_code == 404
    told = browser.get("/api/overview?programme=MZ15").json()
    assert told["trend"][0]["months"]["2026-10"] == {
        "payments": 6, "people": 6, "amount_fen": 60_000,
    }  # fmt: skip
    assert told["outcomes"]["first"]["payments"] == 6
    assert browser.get("/overview?from_month=2026-13").status_code == 422
    assert browser.get("/overview?from_month=2026-11&to_month=2026-10").status_code == 422


def test_who_runs_the_machines_is_not_shown_it(county: Session, sign_in_as: SignInAs) -> None:
    browser = sign_in_as("system_administrator")
    assert browser.get("/overview").status_code == 403
    assert browser.get("/api/overview").status_code == 403

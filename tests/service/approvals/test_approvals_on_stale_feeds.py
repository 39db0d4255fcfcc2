"""A list may be prepared on old data, but not approved unless somebody answers for their age."""

import json
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.approvals.decide import approve
from service.approvals.stale import OnOldData, on_old_data
from service.audit.actor import SYSTEM
from service.audit.models import AuditEntry
from service.batches.models import Batch
from service.foundation import clock
from service.ledger.appropriate import appropriate
from service.programmes.catalogue import feeds_of
from service.residents import feeds
from service.residents.freshness import FeedsStale
from service.residents.waivers import end_waiver, waive
from tests.factories.batches import PAY_DAY, county_batch, frozen
from tests.factories.officers import OfficerFactory, Staff, staff
from tests.factories.residents import DeliveryFactory
from tests.service.web.browsing import SignInAs

WHY = "户籍系统升级停机，公安已书面说明期间无死亡注销"


@pytest.fixture
def people(made: Session) -> Staff:
    appropriate(made, "MZ15", 2026, 10**9, fund_source="省级", by=SYSTEM)
    return staff()


@pytest.fixture
def batch(made: Session, people: Staff) -> Batch:
    return frozen(made, county_batch(made), people)


def deliver_all_but(*late: str) -> None:
    for feed in {*feeds_of("MZ15"), *feeds.event_feeds()} - set(late):
        DeliveryFactory.create(feed=feed)


def said_of_approval(session: Session, batch: Batch) -> dict[str, object]:
    entry = session.scalars(
        select(AuditEntry).where(
            AuditEntry.object_id == str(batch.id), AuditEntry.act == "batch.approved"
        )
    ).one()
    details: dict[str, object] = json.loads(entry.canonical)["details"]
    return details


def test_an_approval_on_a_stale_feed_is_refused_and_moves_nothing(
    made: Session, batch: Batch, people: Staff
) -> None:
    with time_machine.travel(clock.now() + timedelta(days=5)):
        deliver_all_but("GA_DEREG")
        with pytest.raises(FeedsStale) as refused:
            approve(made, batch, by=people.reviewer, on=PAY_DAY)
    assert refused.value.members["feeds"] == ["GA_DEREG"]
    assert "5天" in refused.value.say("zh")
    assert batch.state == "frozen"


def test_the_same_approval_passes_once_the_feed_is_delivered(
    made: Session, batch: Batch, people: Staff, data_dir: object
) -> None:
    with time_machine.travel(clock.now() + timedelta(days=5)):
        deliver_all_but()
        approve(made, batch, by=people.reviewer, on=PAY_DAY)
        assert "feeds_waived" not in said_of_approval(made, batch)
    assert batch.state == "approved"


def test_a_feed_that_only_the_programme_uses_is_asked_for_too(
    made: Session, batch: Batch, people: Staff
) -> None:
    assert "RS_CARD" not in feeds.event_feeds()
    with time_machine.travel(clock.now() + timedelta(days=5)):
        deliver_all_but("RS_CARD")
        with pytest.raises(FeedsStale, match="RS_CARD"):
            approve(made, batch, by=people.reviewer, on=PAY_DAY)


def test_an_event_feed_is_asked_for_by_every_programme(
    made: Session, batch: Batch, people: Staff
) -> None:
    assert "SF_PRISON" not in feeds_of("MZ15")
    with time_machine.travel(clock.now() + timedelta(days=70)):
        deliver_all_but("SF_PRISON")
        with pytest.raises(FeedsStale, match="SF_PRISON"):
            approve(made, batch, by=people.reviewer, on=PAY_DAY)


def test_preparing_goes_on_with_stale_feeds(made: Session, people: Staff) -> None:
    with time_machine.travel(clock.now() + timedelta(days=30)):
        late = county_batch(made)
    with time_machine.travel(clock.now() + timedelta(days=60)):
        assert frozen(made, late, people).state == "frozen"
        with pytest.raises(FeedsStale):
            approve(made, late, by=people.reviewer, on=PAY_DAY)


def test_a_waiver_lets_the_approval_pass_and_stands_in_its_entry(
    made: Session, batch: Batch, people: Staff, data_dir: object
) -> None:
    with time_machine.travel(clock.now() + timedelta(days=5)):
        deliver_all_but("GA_DEREG")
        waiver = waive(
            made,
            "GA_DEREG",
            clock.today() + timedelta(days=1),
            WHY,
            OfficerFactory.create(duties=["reviewer"]),
        )
        approve(made, batch, by=people.reviewer, on=PAY_DAY)
        details = said_of_approval(made, batch)
    assert on_old_data(made, batch) == [OnOldData("GA_DEREG", 5, WHY)]
    gate = feeds.feed("GA_DEREG").gate_days
    assert details["feeds_waived"] == [
        {"feed": "GA_DEREG", "age_days": 5, "gate_days": gate, "waiver": str(waiver.id)}
    ]


def test_a_waiver_of_another_feed_or_an_ended_one_does_not_help(
    made: Session, batch: Batch, people: Staff
) -> None:
    with time_machine.travel(clock.now() + timedelta(days=5)):
        deliver_all_but("GA_DEREG")
        until = clock.today() + timedelta(days=1)
        other = OfficerFactory.create(duties=["reviewer"])
        waive(made, "GA_MIG", until, WHY, other)
        end_waiver(made, waive(made, "GA_DEREG", until, WHY, other).id, reason="恢复", by=other)
        with pytest.raises(FeedsStale):
            approve(made, batch, by=people.reviewer, on=PAY_DAY)


def test_programs_get_the_problem_with_the_feeds_named(
    made: Session, batch: Batch, people: Staff, sign_in_as: SignInAs
) -> None:
    with time_machine.travel(clock.now() + timedelta(days=5)):
        deliver_all_but("WJ_DEATH", "GA_DEREG")
        browser = sign_in_as(officer=people.reviewer)
        home = f"/api/batches/{batch.batch_no}"
        answer = browser.post(f"{home}/approve", json={"seen": browser.get(home).json()["seen"]})
    assert answer.status_code == 409
    assert answer.json()["code"] == "feeds_stale"
    assert "GA_DEREG" in answer.json()["feeds"]


def test_the_sheet_says_why_it_cannot_be_approved_and_on_what_it_would_be(
    made: Session, batch: Batch, people: Staff, sign_in_as: SignInAs
) -> None:
    home = f"/batches/{batch.batch_no}/decide"
    with time_machine.travel(clock.now() + timedelta(days=5)):
        deliver_all_but("GA_DEREG")
        browser = sign_in_as(officer=people.reviewer)
        assert "（GA_DEREG）已5天" in browser.get(home).text
        other = OfficerFactory.create(duties=["reviewer"])
        waive(made, "GA_DEREG", clock.today() + timedelta(days=1), WHY, other)
        sheet = browser.get(home).text
    assert "所依据的旧数据" in sheet
    assert f"GA_DEREG 数据已 5 天：{WHY}" in sheet
    assert "（GA_DEREG）已5天" not in sheet

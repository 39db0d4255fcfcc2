"""Going on without fresh data: somebody else than who brings them answers, in writing, for a time."""

from datetime import date, timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.models import AuditEntry
from service.foundation import clock
from service.foundation.problems import NotFound
from service.officers.may import NotAllowed
from service.officers.models import Officer
from service.residents.feeds import UnknownFeed
from service.residents.freshness import state_of
from service.residents.waivers import OwnFeed, WaiverRefused, end_waiver, waive
from tests.factories import residents
from tests.factories.officers import OfficerFactory
from tests.factories.residents import DeliveryFactory

WHY = "火化系统检修，殡仪馆每日电话通报"


@pytest.fixture
def reviewer(session: Session) -> Officer:
    residents.use(session)
    made: Officer = OfficerFactory.create(duties=["reviewer"])
    return made


def in_days(days: int) -> date:
    return clock.today() + timedelta(days=days)


def blocks(session: Session, feed: str = "MZ_CREM") -> bool:
    return state_of(session)[feed].blocks


def test_a_waiver_lets_one_feed_pass_until_its_last_day(
    session: Session, reviewer: Officer
) -> None:
    assert blocks(session)
    waive(session, "MZ_CREM", in_days(3), WHY, reviewer)
    assert not blocks(session)
    assert state_of(session)["MZ_CREM"].is_stale
    assert blocks(session, "WJ_DEATH")
    with time_machine.travel(clock.now() + timedelta(days=3)):
        assert not blocks(session)
    with time_machine.travel(clock.now() + timedelta(days=4)):
        assert blocks(session)


def test_a_waiver_that_was_ended_holds_no_more(session: Session, reviewer: Officer) -> None:
    made = waive(session, "MZ_CREM", in_days(3), WHY, reviewer)
    for _ in range(2):
        end_waiver(session, made.id, reason="数据已恢复报送", by=reviewer)
    assert blocks(session)
    with pytest.raises(NotFound):
        end_waiver(session, reviewer.id, reason="", by=reviewer)


def test_making_and_ending_are_in_the_trail_with_their_reasons(
    session: Session, reviewer: Officer
) -> None:
    made = waive(session, "MZ_CREM", in_days(3), WHY, reviewer)
    end_waiver(session, made.id, reason="数据已恢复报送", by=reviewer)
    end_waiver(session, made.id, reason="再次", by=reviewer)
    said = session.scalars(
        select(AuditEntry).where(AuditEntry.object_id == str(made.id)).order_by(AuditEntry.at)
    ).all()
    assert [one.act for one in said] == ["feed.waived", "feed.waiver_ended"]
    assert WHY in said[0].canonical.decode()
    assert {one.actor_id for one in said} == {str(reviewer.id)}


@pytest.mark.parametrize(
    ("days", "reason"),
    [(-1, WHY), (32, WHY), (3, ""), (3, "太短"), (3, " " * 30), (3, "长" * 501)],
)
def test_a_waiver_is_short_and_says_why(
    session: Session, reviewer: Officer, days: int, reason: str
) -> None:
    with pytest.raises(WaiverRefused):
        waive(session, "MZ_CREM", in_days(days), reason, reviewer)
    assert blocks(session)


def test_a_waiver_may_last_thirty_one_days(session: Session, reviewer: Officer) -> None:
    waive(session, "MZ_CREM", in_days(31), WHY, reviewer)
    assert not blocks(session)


@pytest.mark.parametrize(
    "duty", ["maker", "steward", "signer", "reconciler", "auditor", "system_administrator"]
)
def test_only_a_reviewer_waives_and_ends(session: Session, reviewer: Officer, duty: str) -> None:
    other = OfficerFactory.create(duties=[duty])
    with pytest.raises(NotAllowed):
        waive(session, "MZ_CREM", in_days(3), WHY, other)
    made = waive(session, "MZ_CREM", in_days(3), WHY, reviewer)
    with pytest.raises(NotAllowed):
        end_waiver(session, made.id, reason="", by=other)


def test_who_brought_the_data_does_not_excuse_their_age(
    session: Session, reviewer: Officer
) -> None:
    DeliveryFactory.create(feed="MZ_CREM", received_by=str(reviewer.id))
    with pytest.raises(OwnFeed):
        waive(session, "MZ_CREM", in_days(3), WHY, reviewer)
    waive(session, "WJ_DEATH", in_days(3), WHY, reviewer)


def test_there_is_no_waiver_for_a_feed_nobody_defined(session: Session, reviewer: Officer) -> None:
    with pytest.raises(UnknownFeed):
        waive(session, "XX_NONE", in_days(3), WHY, reviewer)

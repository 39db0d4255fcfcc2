"""How old a feed's word is: only what was believed counts, against the feed's own limits."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy.orm import Session

from service.foundation import clock
from service.residents import feeds
from service.residents.freshness import (
    FeedsMissing,
    FeedsStale,
    Freshness,
    require_event_feeds,
    require_fresh,
    stale_feeds,
    state_of,
)
from service.residents.importing import decline, import_delivery
from service.residents.models import Delivery
from tests.factories import residents
from tests.factories.residents import DeliveryFactory
from tests.service.residents.importing.deliveries import OFFICE, delivery, row


@contextmanager
def after(**time: float) -> Iterator[None]:
    """Do something so much later."""
    with time_machine.travel(clock.now() + timedelta(**time), tick=False):
        yield


def send(session: Session, feed: str, *persons: int) -> Delivery:
    table = delivery(feed, *(row(feed, person) for person in persons))
    return import_delivery(session, feed, table, f"{feed}.csv", by=OFFICE)


def of(session: Session, feed: str) -> Freshness:
    return state_of(session)[feed]


@pytest.fixture
def everything(session: Session) -> Session:
    """Every event feed delivered just now."""
    for feed in feeds.event_feeds():
        send(session, feed, 1)
    return session


def test_a_feed_is_fresh_then_late_then_stale(session: Session) -> None:
    send(session, "MZ_ELD", 1)
    agreed = feeds.feed("MZ_ELD")
    now = of(session, "MZ_ELD")
    assert (now.age_days, now.is_late, now.is_stale) == (0, False, False)
    with after(days=agreed.freshness_days, seconds=1):
        late = of(session, "MZ_ELD")
    assert (late.age_days, late.is_late, late.is_stale) == (agreed.freshness_days, True, False)
    with after(days=agreed.gate_days, seconds=1):
        stale = of(session, "MZ_ELD")
    assert (stale.is_late, stale.is_stale, stale.blocks) == (True, True, True)
    assert f"已{agreed.gate_days}天" in stale.said_zh


def test_exactly_at_its_limit_a_feed_is_not_yet_stale(session: Session) -> None:
    with time_machine.travel(clock.now(), tick=False):
        send(session, "MZ_ELD", 1)
        with after(days=feeds.feed("MZ_ELD").gate_days):
            assert not of(session, "MZ_ELD").is_stale


def test_a_refused_file_makes_nothing_fresh(session: Session) -> None:
    send(session, "MZ_CREM", 1)
    with after(days=5):
        refused = import_delivery(session, "MZ_CREM", b"\x00\x01", "x.csv", by=OFFICE)
        assert refused.state == "refused"
        assert of(session, "MZ_CREM").age_days == 5
        assert of(session, "MZ_CREM").is_stale


def test_a_file_that_waits_or_was_declined_makes_nothing_fresh(session: Session) -> None:
    send(session, "MZ_SA", *range(120))
    with after(days=5):
        waiting = send(session, "MZ_SA", 1)
        assert waiting.state == "waiting"
        assert of(session, "MZ_SA").age_days == 5
        decline(session, waiting.id, by=OFFICE, reason="名单不完整，请重新报送")
        assert of(session, "MZ_SA").is_stale
        send(session, "MZ_SA", *range(121))
        assert of(session, "MZ_SA").age_days == 0


def test_corrected_rows_do_not_speak_for_the_whole_list(session: Session) -> None:
    residents.use(session)
    send(session, "MZ_CREM", 1)
    with after(days=5):
        DeliveryFactory.create(feed="MZ_CREM", mode="correction")
        assert of(session, "MZ_CREM").age_days == 5


def test_an_accepted_empty_file_of_an_event_feed_counts(session: Session) -> None:
    send(session, "MZ_CREM", 1)
    with after(days=5):
        nothing_happened = send(session, "MZ_CREM")
        assert nothing_happened.state == "imported"
        assert of(session, "MZ_CREM").age_days == 0


def test_an_event_feed_never_delivered_is_stale_and_another_feed_is_not(session: Session) -> None:
    assert of(session, "WJ_DEATH").is_stale
    assert of(session, "WJ_DEATH").age_days is None
    assert not of(session, "SC_CO").is_stale


def test_without_an_event_feed_nothing_is_assessed(session: Session) -> None:
    for feed in feeds.event_feeds()[1:]:
        send(session, feed, 1)
    with pytest.raises(FeedsMissing, match=feeds.event_feeds()[0]):
        require_event_feeds(session)
    send(session, feeds.event_feeds()[0], 1)
    require_event_feeds(session)


def test_what_is_asked_for_is_named_with_ages_and_limits_in_both_languages(
    everything: Session,
) -> None:
    send(everything, "MZ_ELD", 1)
    assert require_fresh(everything, ["MZ_ELD"]) == []
    with after(days=11):
        stale = {one.feed.code for one in stale_feeds(everything, ["MZ_ELD", "SF_PRISON"])}
        assert stale == {"MZ_ELD"}
        with pytest.raises(FeedsStale) as refused:
            require_fresh(everything, ["MZ_ELD"])
    named = refused.value.members["feeds"]
    assert {"MZ_ELD", "GA_HUKOU", "WJ_DEATH"} <= set(named)
    assert "SF_PRISON" not in named
    assert "MZ_ELD) is 11 days old, limit 10" in str(refused.value)
    assert "（MZ_ELD）已11天，上限10天" in refused.value.say("zh")


def test_a_stale_feed_that_nobody_uses_stops_nothing(everything: Session) -> None:
    send(everything, "SL_MIG", 1)
    with after(days=3):
        for feed in feeds.event_feeds():
            send(everything, feed, 3)
        send(everything, "MZ_SA", 1)
    with after(days=9):
        for feed in feeds.event_feeds():
            send(everything, feed, 4)
        assert require_fresh(everything, ["SL_MIG"]) == []
        with pytest.raises(FeedsStale):
            require_fresh(everything, ["MZ_SA"])

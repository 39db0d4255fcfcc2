"""How old each feed's word is, and what may not go on while a feed is older than its gate.

A feed is as old as its last believed delivery: one that waits, was refused or declined says
nothing, and rejected rows sent again (a correction) do not speak for the whole list. An empty file
of an event feed counts like any other, once it was accepted. "Late" is past the agreement with the
department; "stale" is past the gate, or an event feed that was never delivered at all.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.foundation import clock
from service.foundation.problems import Problem
from service.residents import feeds
from service.residents.feeds import Feed
from service.residents.models import Delivery, FeedWaiver
from service.residents.waivers import in_force


@dataclass(frozen=True)
class Freshness:
    """How old one feed's word is now; ``feed`` knows its limit and its gate, both in days."""

    feed: Feed
    believed_at: datetime | None
    """When the department last sent something that was believed."""
    age_days: int | None
    is_late: bool
    is_stale: bool
    waiver: FeedWaiver | None

    @property
    def blocks(self) -> bool:
        """Whether nothing that rests on this feed may be approved."""
        return self.is_stale and self.waiver is None

    @property
    def said_zh(self) -> str:
        if self.age_days is None:
            return f"{self.feed.zh}（{self.feed.code}）从未交付"
        return f"{self.feed.zh}（{self.feed.code}）已{self.age_days}天，上限{self.feed.gate_days}天"

    @property
    def said_en(self) -> str:
        if self.age_days is None:
            return f"{self.feed.en} ({self.feed.code}) was never delivered"
        days = f"{self.age_days} days old, limit {self.feed.gate_days}"
        return f"{self.feed.en} ({self.feed.code}) is {days}"


class FeedsMissing(Problem):
    """Feeds that a month cannot do without were never delivered."""

    code = "feeds_missing"
    status = 409
    title = "Feeds are missing"

    def __init__(self, missing: Iterable[str]) -> None:
        listed = ", ".join(missing)
        super().__init__(
            f"These feeds were never delivered: {listed}. Without them nobody can be said to be alive and "
            "resident, so nothing is assessed; ask their departments.",
            f"以下数据源从未交付：{listed}。缺少这些数据无法确认对象健在与户籍，本月不予核定，请联系相关部门。",
        )


class FeedsStale(Problem):
    """Feeds that a list rests on are too old for it to be approved."""

    code = "feeds_stale"
    status = 409
    title = "Feeds are too old to approve on"

    def __init__(self, stale: Iterable[Freshness]) -> None:
        listed = list(stale)
        super().__init__(
            f"Nothing was approved: {'; '.join(one.said_en for one in listed)}. Ask the departments for "
            "a new delivery, or let a reviewer answer in writing for going on without it.",
            f"未予批准：{'；'.join(one.said_zh for one in listed)}。请相关部门重新报送，或由复核人员书面说明理由后继续。",
            feeds=[one.feed.code for one in listed],
        )


def state_of(session: Session) -> dict[str, Freshness]:
    """Return every feed's freshness by code, in alphabetical order."""
    rows = session.execute(
        select(Delivery.feed, func.max(Delivery.confirmed_at))
        .where(
            Delivery.state == "imported",
            Delivery.mode != "correction",
            # A list of an earlier day that came after a later one says nothing about today.
            (Delivery.rows_accepted == 0) | (Delivery.rows_late < Delivery.rows_accepted),
        )
        .group_by(Delivery.feed)
    )
    believed: dict[str, datetime] = {row[0]: row[1] for row in rows}
    waivers = in_force(session)
    return {
        code: _freshness(feed, believed.get(code), waivers.get(code))
        for code, feed in feeds.every().items()
    }


def stale_feeds(session: Session, codes: Collection[str]) -> list[Freshness]:
    """Return the stale ones of some feeds, waived or not; codes nobody defined are left out."""
    states = state_of(session)
    return [one for code, one in states.items() if code in codes and one.is_stale]


def require_event_feeds(session: Session) -> None:
    """Raise :class:`FeedsMissing` unless every event feed was delivered at least once."""
    states = state_of(session)
    missing = [code for code in feeds.event_feeds() if states[code].believed_at is None]
    if missing:
        raise FeedsMissing(missing)


def require_fresh(session: Session, codes: Collection[str]) -> list[Freshness]:
    """Raise :class:`FeedsStale` if one of these feeds, or any event feed, is stale and not waived.

    Returns the stale feeds that somebody answers for, so that it can be written down what was
    gone on without.
    """
    stale = stale_feeds(session, {*codes, *feeds.event_feeds()})
    blocking = [one for one in stale if one.blocks]
    if blocking:
        raise FeedsStale(blocking)
    return stale


def _freshness(feed: Feed, believed_at: datetime | None, waiver: FeedWaiver | None) -> Freshness:
    if believed_at is None:
        # Never delivered: facts are unknown and held by themselves, but events would seem absent.
        return Freshness(feed, None, None, False, feed.event, waiver)
    age = clock.now() - believed_at
    is_late = age > timedelta(days=feed.freshness_days)
    is_stale = age > timedelta(days=feed.gate_days)
    return Freshness(feed, believed_at, max(age.days, 0), is_late, is_stale, waiver)

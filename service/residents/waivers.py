"""Waive a feed's gate for a time: a reviewer answers in writing for going on without fresh data."""

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.record import record
from service.foundation import clock
from service.foundation.problems import NotFound, Problem
from service.officers.may import require
from service.officers.models import Officer
from service.residents import feeds
from service.residents.models import Delivery, FeedWaiver

DAYS_MAX = 31
REASON_CHARS_MIN = 10
REASON_CHARS_MAX = 500


class WaiverRefused(Problem):
    """The waiver says too little, or would hold too long."""

    code = "waiver_refused"
    status = 422
    title = "The waiver cannot stand like this"

    def __init__(self) -> None:
        super().__init__(
            f"A waiver holds from today for at most {DAYS_MAX} days and needs a reason of "
            f"{REASON_CHARS_MIN} to {REASON_CHARS_MAX} characters.",
            f"豁免自今日起最长{DAYS_MAX}天，且须写明理由（{REASON_CHARS_MIN}至{REASON_CHARS_MAX}字）。",
        )


class OwnFeed(Problem):
    """Who brings a feed's data does not excuse their age."""

    code = "own_feed"
    status = 403
    title = "Somebody else must answer for this feed"

    def __init__(self, feed: str) -> None:
        super().__init__(
            f"You delivered or decided on data of {feed} yourself; another reviewer must answer for it.",
            f"您本人报送或确认过{feed}的数据，须由其他复核人员说明。",
        )


def waive(session: Session, feed: str, until: date, reason: str, by: Officer) -> FeedWaiver:
    """Let a stale feed pass the gate up to and including ``until``.

    ``by`` is a reviewer, never the steward who looks after the feed nor a maker. Raises NotAllowed,
    UnknownFeed, :class:`OwnFeed`, :class:`WaiverRefused`.
    """
    require(by, "feeds.waive")
    code = feeds.feed(feed).code
    _refuse_own(session, code, by)
    said, today = reason.strip(), clock.today()
    in_time = today <= until <= today + timedelta(days=DAYS_MAX)
    if not in_time or not REASON_CHARS_MIN <= len(said) <= REASON_CHARS_MAX:
        raise WaiverRefused
    waiver = FeedWaiver(
        feed=code, reason=said, until=until, by=str(by.id), at=clock.now(), ended=False
    )
    session.add(waiver)
    session.flush()
    record(
        session,
        "feed.waived",
        by=by.actor(),
        on=("feed_waivers", waiver.id),
        reason=said,
        details={"feed": code, "until": until.isoformat()},
    )
    return waiver


def end_waiver(session: Session, waiver_id: UUID, *, reason: str, by: Officer) -> None:
    """End a waiver before its day; ending it again changes nothing. Raises NotAllowed, NotFound."""
    require(by, "feeds.waive")
    waiver = session.get(FeedWaiver, waiver_id, with_for_update=True)
    if waiver is None:
        raise NotFound("waiver")
    if waiver.ended:
        return
    waiver.ended = True
    record(
        session,
        "feed.waiver_ended",
        by=by.actor(),
        on=("feed_waivers", waiver.id),
        reason=reason.strip()[:REASON_CHARS_MAX],
        details={"feed": waiver.feed},
    )
    session.flush()


def in_force(session: Session) -> dict[str, FeedWaiver]:
    """Return the waiver in force of each feed that has one; of several, the one made last."""
    found = session.scalars(
        select(FeedWaiver)
        .where(FeedWaiver.ended.is_(False), FeedWaiver.until >= clock.today())
        .order_by(FeedWaiver.at, FeedWaiver.id)
    )
    return {waiver.feed: waiver for waiver in found}


def _refuse_own(session: Session, feed: str, by: Officer) -> None:
    brought = select(Delivery.id).where(
        Delivery.feed == feed,
        (Delivery.received_by == str(by.id)) | (Delivery.decided_by == str(by.id)),
    )
    if session.scalar(brought.limit(1)) is not None:
        raise OwnFeed(feed)

"""Every reading of deliveries and rejected rows."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from service.foundation import clock
from service.residents import feeds
from service.residents.feeds import Feed
from service.residents.models import Delivery, FeedRecord, RejectedRow

ROWS_PER_PAGE = 50
DELIVERIES_SHOWN = 20


@dataclass(frozen=True)
class FeedState:
    """A feed, its last delivery, and the last one that was taken over."""

    feed: Feed
    last: Delivery | None
    imported_at: datetime | None
    records: int

    @property
    def age_days(self) -> int | None:
        """Return how many whole days ago the last believed delivery came."""
        if self.imported_at is None:
            return None
        return (clock.now() - self.imported_at).days

    @property
    def is_late(self) -> bool:
        """Whether the last believed delivery is older than the feed's agreement allows."""
        if self.imported_at is None:
            return False
        return clock.now() - self.imported_at > timedelta(days=self.feed.freshness_days)


def every_feed(session: Session) -> list[FeedState]:
    """Return every feed with its last delivery, in alphabetical order of codes."""
    last = {
        one.feed: one
        for one in session.scalars(
            select(Delivery)
            .ext(distinct_on(Delivery.feed))
            .order_by(Delivery.feed, Delivery.received_at.desc())
        )
    }
    imported = session.execute(
        select(Delivery.feed, func.max(Delivery.received_at))
        .where(Delivery.state == "imported")
        .group_by(Delivery.feed)
    )
    current = session.execute(
        select(FeedRecord.feed, func.count())
        .where(FeedRecord.known_to.is_(None))
        .group_by(FeedRecord.feed)
    )
    taken = {code: at for code, at in imported}  # noqa: C416 - rows are tuples of two
    records = {code: count for code, count in current}  # noqa: C416 - rows are tuples of two
    return [
        FeedState(feed, last.get(code), taken.get(code), records.get(code, 0))
        for code, feed in feeds.every().items()
    ]


def deliveries(session: Session, feed: Feed) -> list[Delivery]:
    """Return a feed's last deliveries, newest first."""
    return list(
        session.scalars(
            select(Delivery)
            .where(Delivery.feed == feed.code)
            .order_by(Delivery.received_at.desc())
            .limit(DELIVERIES_SHOWN)
        )
    )


def delivery(session: Session, feed: Feed, delivery_id: UUID) -> Delivery | None:
    """Return one delivery of a feed."""
    found = session.get(Delivery, delivery_id)
    return found if found is not None and found.feed == feed.code else None


def rejected(session: Session, one: Delivery, *, page: int = 1) -> list[RejectedRow]:
    """Return one page of a delivery's rejected rows, in the order of the file."""
    return list(
        session.scalars(
            select(RejectedRow)
            .where(RejectedRow.delivery_id == one.id)
            .order_by(RejectedRow.sheet, RejectedRow.row_no)
            .offset((page - 1) * ROWS_PER_PAGE)
            .limit(ROWS_PER_PAGE)
        )
    )


def late_feeds(session: Session) -> list[FeedState]:
    """Return feeds whose last believed delivery is too old, and those last refused."""
    return [
        one
        for one in every_feed(session)
        if one.is_late or (one.last is not None and one.last.state == "refused")
    ]

"""How good a feed's data are: what is rejected, filled in, contradicted, and falsely reported."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, select, text
from sqlalchemy.orm import Session

from service.foundation import clock
from service.residents import feeds
from service.residents.feeds import Feed
from service.residents.models import Delivery, RejectedRow, ReviewTask

DELIVERIES_COMPARED = 12


@dataclass(frozen=True)
class Rejected:
    """One delivery's share of rejected rows; ``ratio_bp`` in hundredths of a percent."""

    as_of: date
    state: str
    rows_total: int
    rows_rejected: int

    @property
    def ratio_bp(self) -> int:
        return self.rows_rejected * 10_000 // self.rows_total if self.rows_total else 0


@dataclass(frozen=True)
class Filled:
    """How many of the last believed delivery's accepted rows have a field filled in."""

    field: str
    header: str
    required: bool
    rows_filled: int
    ratio_bp: int


@dataclass(frozen=True)
class Quality:
    """One feed's data over its last deliveries."""

    feed: Feed
    rejected: tuple[Rejected, ...]
    """The oldest first, so that it reads as a line."""
    trend_bp: int
    """The newer half's mean share of rejected rows less the older half's; above 0 is worse."""
    filled: tuple[Filled, ...]
    tasks_open: int
    tasks_overdue: int
    tasks_answered_wrong: int
    """Tasks in which the department itself said that its data were wrong."""
    rows_uncorrected: int
    """Rows rejected in the compared deliveries that nobody sent again."""
    reports_false: int
    """Reports of deaths that were taken back, or that a township refuted by seeing the person."""


# The day a report speaks of: of death, or of the cancelled registration.
_FALSE = """
SELECT count(*) FROM feed_records AS r
WHERE r.feed = :feed AND r.known_to IS NULL AND (
    r.data ->> 'retracted_on' IS NOT NULL
    OR (r.data ->> 'reason' = '死亡' AND r.data ->> 'restored_on' IS NOT NULL)
    OR EXISTS (
        SELECT FROM confirmations AS c
        WHERE c.person_id = r.person_id AND c.answer = 'alive' AND c.withdrawn_at IS NULL
            AND c.stated_on > coalesce(r.data ->> 'death_date', r.data ->> 'dereg_date')::date))
"""
_OF_DEATHS = ("WJ_DEATH", "MZ_CREM", "GA_DEREG")


def quality(session: Session, feed: str) -> Quality:
    """Return how good a feed's data are; raises UnknownFeed."""
    agreed = feeds.feed(feed)
    newest = session.scalars(
        select(Delivery)
        .where(Delivery.feed == agreed.code, Delivery.mode != "correction")
        .order_by(Delivery.received_at.desc())
        .limit(DELIVERIES_COMPARED)
    ).all()
    rejected = tuple(
        Rejected(one.as_of, one.state, one.rows_total, one.rows_rejected)
        for one in reversed(newest)
    )
    believed = next((one for one in newest if one.state == "imported"), None)
    return Quality(
        feed=agreed,
        rejected=rejected,
        trend_bp=_trend(rejected),
        filled=() if believed is None else _filled(agreed, believed),
        tasks_open=_tasks(session, agreed, ReviewTask.state == "open"),
        tasks_overdue=_tasks(
            session, agreed, (ReviewTask.state == "open") & (ReviewTask.due_on < clock.today())
        ),
        tasks_answered_wrong=_tasks(session, agreed, ReviewTask.outcome == "will_correct"),
        rows_uncorrected=_uncorrected(session, newest),
        reports_false=_false_reports(session, agreed),
    )


def _trend(rejected: Sequence[Rejected]) -> int:
    half = len(rejected) // 2
    if not half:
        return 0
    older, newer = rejected[:half], rejected[-half:]
    return (sum(one.ratio_bp for one in newer) - sum(one.ratio_bp for one in older)) // half


def _filled(feed: Feed, believed: Delivery) -> tuple[Filled, ...]:
    rows = believed.rows_accepted
    found = []
    for column in feed.columns:
        count = believed.filled.get(column.field, 0)
        # Rows that contradicted one another were read and not accepted.
        ratio = min(count * 10_000 // rows, 10_000) if rows else 0
        found.append(Filled(column.field, column.header, column.required, count, ratio))
    return tuple(found)


def _tasks(session: Session, feed: Feed, which: ColumnElement[bool]) -> int:
    counted = select(func.count()).select_from(ReviewTask)
    return session.scalar(counted.where(ReviewTask.feed == feed.code, which)) or 0


def _uncorrected(session: Session, deliveries: Sequence[Delivery]) -> int:
    counted = select(func.count()).select_from(RejectedRow)
    return (
        session.scalar(
            counted.where(
                RejectedRow.delivery_id.in_([one.id for one in deliveries]),
                RejectedRow.corrected_by_id.is_(None),
            )
        )
        or 0
    )


def _false_reports(session: Session, feed: Feed) -> int:
    if feed.code not in _OF_DEATHS:
        return 0
    return session.scalar(text(_FALSE), {"feed": feed.code}) or 0

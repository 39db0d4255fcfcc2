"""Where a fact comes from: which file a department sent when, and of which day its record is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session, aliased

from service.residents import feeds as known_feeds
from service.residents.models import Delivery, FeedRecord
from service.residents.snapshot.merges import ids_of


@dataclass(frozen=True)
class Source:
    """The origin of what one feed says about a person."""

    file_name: str
    received_at: datetime
    record_date: date | None
    """The day the record itself is of; None if it has no such day or there is no record."""
    has_record: bool
    """False: the feed was delivered and says nothing about this person; the file is the last one."""


def provenance(
    session: Session, person_id: int, feeds: Iterable[str], *, at: datetime | None = None
) -> dict[str, Source]:
    """Return where each feed's word about a person comes from; a feed never delivered is left out.

    ``at`` is the instant asked about (a snapshot's ``as_known_at``), now if not given. Records of
    the person's own households (living together, land) count as the person's, and records under
    any id of a merged person. With several records of one feed the newest counts.
    """
    wanted = sorted(set(feeds))
    same = ids_of(session, person_id)
    found = _last_deliveries(session, wanted, at)
    for record, delivery in session.execute(_records(same, wanted, at)):
        found[record.feed] = Source(
            delivery.file_name, delivery.received_at, _date_of(record), has_record=True
        )
    return found


def _last_deliveries(session: Session, feeds: list[str], at: datetime | None) -> dict[str, Source]:
    query = (
        select(Delivery)
        .where(Delivery.feed.in_(feeds), Delivery.state == "imported")
        .order_by(Delivery.feed, Delivery.received_at.desc(), Delivery.id.desc())
        .ext(distinct_on(Delivery.feed))
    )
    if at is not None:
        query = query.where(Delivery.received_at <= at)
    return {
        delivery.feed: Source(delivery.file_name, delivery.received_at, None, has_record=False)
        for delivery in session.scalars(query)
    }


def _records(
    persons: list[int], feeds: list[str], at: datetime | None
) -> Select[FeedRecord, Delivery]:
    own = aliased(FeedRecord)
    households = select(own.household_id).where(
        own.person_id.in_(persons), own.household_id.is_not(None), _known(own, at)
    )
    return (
        select(FeedRecord, Delivery)
        .join(Delivery, Delivery.id == FeedRecord.delivery_id)
        .where(
            FeedRecord.feed.in_(feeds),
            _known(FeedRecord, at),
            or_(
                FeedRecord.person_id.in_(persons),
                FeedRecord.person_id.is_(None) & FeedRecord.household_id.in_(households),
            ),
        )
        .order_by(FeedRecord.known_from, FeedRecord.id)
    )


def _known(kind: type[FeedRecord], at: datetime | None) -> ColumnElement[bool]:
    if at is None:
        return kind.known_to.is_(None)
    return (kind.known_from <= at) & or_(kind.known_to.is_(None), kind.known_to > at)


def _date_of(record: FeedRecord) -> date | None:
    field = known_feeds.feed(record.feed).valid_from
    text = record.data.get(field) if field else None
    return date.fromisoformat(text) if text else None

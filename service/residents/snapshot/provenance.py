"""Where a fact comes from: which row of which file a department sent when, and of which day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session, aliased

from service.residents import feeds as known_feeds
from service.residents.models import Delivery, FeedRecord
from service.residents.snapshot.merges import ids_of

_OF_DELIVERY = (
    Delivery.id,
    Delivery.file_name,
    Delivery.received_at,
    Delivery.as_of,
    func.coalesce(Delivery.first_as_of, Delivery.as_of).label("first_as_of"),
)


@dataclass(frozen=True)
class Source:
    """The origin of what one feed says about a person or a household."""

    file_name: str
    received_at: datetime
    record_date: date | None
    """The day the record itself is of; None if it has no such day or there is no record."""
    has_record: bool
    """False: the feed was delivered and says nothing about this person; the file is the last one."""
    delivery_id: UUID
    as_of: date
    """The day the department's data are of."""
    row_no: int | None = None
    """The row of the file as the department sees it; None without a record."""
    first_as_of: date | None = None
    """The day of the list that first said it; None without a record."""


def provenance(
    session: Session, person_id: int, feeds: Iterable[str], *, at: datetime | None = None
) -> dict[str, Source]:
    """Return where each feed's word about a person comes from; a feed never delivered is left out.

    ``at`` is the instant asked about (a snapshot's ``as_known_at``), now if not given. Records of
    the person's own households (living together, land) count as the person's, and records under
    any id of a merged person. With several records of one feed the newest counts.
    """
    return _sources(session, ids_of(session, person_id), [], feeds, at)


def household_provenance(
    session: Session,
    household_id: int,
    payee_person_id: int | None,
    feeds: Iterable[str],
    *,
    at: datetime | None = None,
) -> dict[str, Source]:
    """Return where each feed's word about a household comes from, as :func:`provenance` does.

    What is said about the payee comes before what is said about another member, as in the tables.
    """
    own = [] if payee_person_id is None else ids_of(session, payee_person_id)
    members = session.scalars(
        select(FeedRecord.person_id)
        .where(
            FeedRecord.household_id == household_id,
            FeedRecord.person_id.is_not(None),
            _known(FeedRecord, at),
        )
        .distinct()
    )
    return _sources(
        session, own, [one for one in members if one is not None and one not in own], feeds, at
    )


def _sources(
    session: Session,
    persons: list[int],
    others: list[int],
    feeds: Iterable[str],
    at: datetime | None,
) -> dict[str, Source]:
    wanted = sorted(set(feeds))
    found = _last_deliveries(session, wanted, at)
    rows = session.execute(_records([*persons, *others], wanted, at)).all()
    # The last one stands: others first, then the person's own, each by the time we learned of it.
    for row in sorted(rows, key=lambda row: row.person_id not in others):
        found[row.feed] = Source(
            row.file_name, row.received_at, _date_of(row.feed, row.data), has_record=True,
            delivery_id=row.id, as_of=row.as_of, row_no=row.row_no, first_as_of=row.first_as_of,
        )  # fmt: skip
    return found


def _last_deliveries(session: Session, feeds: list[str], at: datetime | None) -> dict[str, Source]:
    query = (
        select(Delivery.feed, *_OF_DELIVERY)
        .where(Delivery.feed.in_(feeds), Delivery.state == "imported")
        .order_by(Delivery.feed, Delivery.received_at.desc(), Delivery.id.desc())
        .ext(distinct_on(Delivery.feed))
    )
    if at is not None:
        # One that waited for the steward was known from the decision on.
        query = query.where(func.coalesce(Delivery.decided_at, Delivery.received_at) <= at)
    return {
        row.feed: Source(
            row.file_name, row.received_at, None, has_record=False,
            delivery_id=row.id, as_of=row.as_of,
        )
        for row in session.execute(query)
    }  # fmt: skip


def _records(persons: list[int], feeds: list[str], at: datetime | None) -> Select[Any]:
    own = aliased(FeedRecord)
    households = select(own.household_id).where(
        own.person_id.in_(persons), own.household_id.is_not(None), _known(own, at)
    )
    return (
        select(
            FeedRecord.feed, FeedRecord.person_id, FeedRecord.row_no, FeedRecord.data, *_OF_DELIVERY
        )
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


def _date_of(feed: str, data: dict[str, Any]) -> date | None:
    field = known_feeds.feed(feed).valid_from
    text = data.get(field) if field else None
    return date.fromisoformat(text) if text else None

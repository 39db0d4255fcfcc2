"""What the departments say about one person: now, as known on a past day, or as true in a month.

Every row a department delivered is kept as a version: when we knew it, and from when to when it is
true in the world. Which version answers a question follows from two dates and nothing else:

- ``known_at``: only what had arrived by then counts.
- ``true_in``: of the versions known by then, the newest one that had begun by the end of the month
  decides, and it counts if it had not ended before the month began. An older version only speaks
  for the time before the newer one begins.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from service.foundation import clock
from service.foundation.months import Month
from service.residents import feeds
from service.residents.feeds import Feed
from service.residents.identity.canonical import aliases
from service.residents.models import Delivery, FeedRecord


@dataclass(frozen=True)
class Version:
    """What one delivered row said."""

    record_id: int
    feed: Feed
    key: str
    person_id: int | None
    household_id: int | None
    data: Mapping[str, Any]
    delivery_id: UUID
    file_name: str
    as_of: date
    row_no: int
    known_from: datetime
    known_to: datetime | None
    """When something newer was said, or a complete list no longer named it."""
    true_from: date | None
    true_to: date | None
    """Last day on which it is true; None: still, or the department does not say."""


@dataclass(frozen=True)
class Entry:
    """One thing a department says, with everything it said about it before."""

    feed: Feed
    key: str
    versions: tuple[Version, ...]
    """Newest first; only what had arrived by the instant asked about."""
    shown: Version | None
    """The version that answers the question; None if it is no longer, or was not yet, said."""


@dataclass(frozen=True)
class Record:
    """Everything that departments say about one human being."""

    person_id: int
    """Canonical id."""
    aliases: tuple[int, ...]
    known_at: datetime
    """Everything that arrived before this instant counts."""
    true_in: Month | None
    entries: tuple[Entry, ...]

    def of(self, codes: Iterable[str]) -> tuple[Entry, ...]:
        """Return the entries of some feeds, in the record's order."""
        wanted = frozenset(codes)
        return tuple(entry for entry in self.entries if entry.feed.code in wanted)


def end_of(day: date) -> datetime:
    """Return the instant at which a civil day is over: what had arrived before it counts."""
    return datetime(day.year, day.month, day.day, tzinfo=clock.SHANGHAI) + timedelta(days=1)


def record_of(
    session: Session,
    person_id: int,
    *,
    known_at: datetime | None = None,
    true_in: Month | None = None,
) -> Record:
    """Return what is said about a person, under whichever of their ids it was said.

    ``known_at`` is now if not given. Records of households the person belongs to that name nobody
    (land) count as the person's.
    """
    ids = aliases(session, person_id)
    at = known_at or clock.now()
    found = _versions(session, ids, at)
    entries = [
        _entry(list(said), true_in)
        for _, said in groupby(found, key=lambda one: (one.feed.code, one.key))
    ]
    return Record(ids[0], tuple(ids), at, true_in, tuple(entries))


def _versions(session: Session, ids: list[int], at: datetime) -> list[Version]:
    """Return everything said by then, by feed and key, what is of the latest day first."""
    said = (
        select(
            FeedRecord.id, FeedRecord.feed, FeedRecord.record_key, FeedRecord.person_id,
            FeedRecord.household_id, FeedRecord.data, FeedRecord.row_no, FeedRecord.known_from,
            FeedRecord.known_to, FeedRecord.delivery_id, Delivery.file_name, Delivery.as_of,
        )
        .join(Delivery, Delivery.id == FeedRecord.delivery_id)
        .where(FeedRecord.known_from < at)
    )  # fmt: skip
    # Two plain look-ups by index; one with OR between them would read the whole table.
    own = session.execute(said.where(FeedRecord.person_id.in_(ids))).all()
    households = {row.household_id for row in own if row.household_id is not None}
    shared = session.execute(
        said.where(FeedRecord.household_id.in_(households), FeedRecord.person_id.is_(None))
    ).all()
    known = feeds.every()
    found = [_version(row, known, at) for row in (*own, *shared) if row.feed in known]
    found.sort(key=lambda one: (one.as_of, one.known_from, one.record_id), reverse=True)
    found.sort(key=lambda one: (one.feed.code, one.key))
    return found


def _version(row: Row[Any], known: Mapping[str, Feed], at: datetime) -> Version:
    feed = known[row.feed]
    # What ended after the instant asked about had not ended then.
    known_to = row.known_to if row.known_to is not None and row.known_to < at else None
    return Version(
        record_id=row.id,
        feed=feed,
        key=row.record_key,
        person_id=row.person_id,
        household_id=row.household_id,
        data=row.data,
        delivery_id=row.delivery_id,
        file_name=row.file_name,
        as_of=row.as_of,
        row_no=row.row_no,
        known_from=row.known_from,
        known_to=known_to,
        true_from=_day(row.data, feed.valid_from),
        true_to=_day(row.data, feed.valid_to),
    )


def _day(data: Mapping[str, Any], field: str) -> date | None:
    said = data.get(field) if field else None
    try:
        return date.fromisoformat(said) if isinstance(said, str) else None
    except ValueError:
        return None


def _entry(said: list[Version], true_in: Month | None) -> Entry:
    versions = _bounded(said)
    current = next((one for one in versions if one.known_to is None), None)
    shown = current if true_in is None else _true_in(versions, true_in)
    return Entry(versions[0].feed, versions[0].key, versions, shown)


def _bounded(said: Sequence[Version]) -> tuple[Version, ...]:
    """Return the versions with their ends: by a successor that begins later, or by being left out."""
    bounded: list[Version] = []
    for place, one in enumerate(said):
        end = one.true_to
        if place == 0:
            if one.known_to is not None:
                end = _earlier(end, clock.civil(one.known_to).date())
        else:
            begins = bounded[-1].true_from
            if begins is not None and (one.true_from is None or one.true_from < begins):
                end = _earlier(end, begins - timedelta(days=1))
        bounded.append(replace(one, true_to=end))
    return tuple(bounded)


def _earlier(one: date | None, other: date) -> date:
    return other if one is None else min(one, other)


def _true_in(versions: Sequence[Version], month: Month) -> Version | None:
    for one in versions:
        if one.true_from is None or one.true_from <= month.last_day:
            return one if one.true_to is None or one.true_to >= month.first_day else None
    return None

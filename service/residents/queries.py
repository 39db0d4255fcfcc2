"""Every reading of deliveries, rejected rows and review tasks for the steward's pages."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session, aliased

from service.foundation import clock
from service.officers.models import Officer
from service.officers.reach import in_places
from service.residents import freshness
from service.residents.feeds import Feed
from service.residents.freshness import Freshness
from service.residents.models import Delivery, Person, RejectedRow, ReviewTask

ROWS_PER_PAGE = 50
DELIVERIES_SHOWN = 20
TREND_LENGTH = 12
"""How many deliveries a trend is drawn of."""

State = Literal["waiting", "refused", "stale", "late", "never", "fresh"]
STATES: tuple[State, ...] = ("waiting", "refused", "stale", "late", "never", "fresh")
"""What a feed can be, the most urgent first."""


@dataclass(frozen=True)
class FeedState:
    """A feed: how old its word is, its last deliveries, and how many rows each brought."""

    feed: Feed
    freshness: Freshness
    last: Delivery | None = None
    believed: Delivery | None = None
    """The last one that was taken over."""
    waiting: tuple[Delivery, ...] = ()
    """Deliveries a steward has to decide about, the oldest first."""
    trend: tuple[int, ...] = ()
    """Rows of the last deliveries that were taken over, the oldest first."""

    @property
    def state(self) -> State:
        """Return the most urgent thing to say about the feed."""
        if self.waiting:
            return "waiting"
        if self.last is not None and self.last.state == "refused":
            return "refused"
        if self.believed is None:
            return "never"
        if self.freshness.is_stale:
            return "stale"
        return "late" if self.freshness.is_late else "fresh"

    @property
    def since(self) -> datetime | None:
        """Return since when it has been so, as far as a delivery tells."""
        if self.waiting:
            return self.waiting[0].received_at
        if self.state == "refused" and self.last is not None:
            return self.last.received_at
        return self.freshness.believed_at


def every_feed(session: Session) -> list[FeedState]:
    """Return every feed with what came of it, in alphabetical order of codes."""
    last = _newest(session, ("imported", "waiting", "refused", "declined"))
    believed = _newest(session, ("imported",))
    waiting: dict[str, list[Delivery]] = {}
    for one in session.scalars(
        select(Delivery).where(Delivery.state == "waiting").order_by(Delivery.received_at)
    ):
        waiting.setdefault(one.feed, []).append(one)
    trends = _trends(session)
    return [
        FeedState(
            fresh.feed,
            fresh,
            last.get(code),
            believed.get(code),
            tuple(waiting.get(code, ())),
            tuple(trends.get(code, ())),
        )
        for code, fresh in freshness.state_of(session).items()
    ]


def _newest(session: Session, states: Collection[str]) -> dict[str, Delivery]:
    # What was last confirmed counts: the same list sent again is younger than its first receipt.
    moment = Delivery.confirmed_at if states == ("imported",) else Delivery.received_at
    return {
        one.feed: one
        for one in session.scalars(
            select(Delivery)
            .where(Delivery.state.in_(states), Delivery.mode != "correction")
            .ext(distinct_on(Delivery.feed))
            .order_by(Delivery.feed, moment.desc())
        )
    }


def _trends(session: Session) -> dict[str, list[int]]:
    place = func.row_number().over(partition_by=Delivery.feed, order_by=Delivery.received_at.desc())
    recent = (
        select(Delivery.feed, Delivery.rows_accepted, Delivery.received_at, place.label("place"))
        .where(Delivery.state == "imported", Delivery.mode != "correction")
        .subquery()
    )
    found: dict[str, list[int]] = {}
    for code, rows in session.execute(
        select(recent.c.feed, recent.c.rows_accepted)
        .where(recent.c.place <= TREND_LENGTH)
        .order_by(recent.c.received_at)
    ):
        found.setdefault(code, []).append(rows)
    return found


def deliveries(session: Session, feed: Feed, *, page: int = 1) -> tuple[list[Delivery], int]:
    """Return one page of a feed's deliveries, newest first, and how many there are."""
    of_feed = Delivery.feed == feed.code
    found = session.scalars(
        select(Delivery)
        .where(of_feed)
        .order_by(Delivery.received_at.desc())
        .offset((page - 1) * DELIVERIES_SHOWN)
        .limit(DELIVERIES_SHOWN)
    )
    total = session.scalar(select(func.count()).select_from(Delivery).where(of_feed)) or 0
    return list(found), total


def delivery(session: Session, feed: Feed, delivery_id: UUID) -> Delivery | None:
    """Return one delivery of a feed."""
    found = session.get(Delivery, delivery_id)
    return found if found is not None and found.feed == feed.code else None


def last_whole(session: Session, feed: Feed) -> Delivery | None:
    """Return the last believed delivery that was no correction: what completeness is told of."""
    return session.scalar(
        select(Delivery)
        .where(
            Delivery.feed == feed.code,
            Delivery.state == "imported",
            Delivery.mode != "correction",
            Delivery.rows_accepted > 0,
        )
        .order_by(Delivery.received_at.desc())
        .limit(1)
    )


def corrections(session: Session, one: Delivery) -> list[Delivery]:
    """Return the deliveries that brought rejected rows of this one again, oldest first."""
    return list(
        session.scalars(
            select(Delivery).where(Delivery.corrects_id == one.id).order_by(Delivery.received_at)
        )
    )


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
    return [one for one in every_feed(session) if one.state in ("refused", "stale", "late")]


def waiting_deliveries(session: Session) -> list[Delivery]:
    """Return the deliveries a steward has to decide about, the longest wait first."""
    return list(
        session.scalars(
            select(Delivery).where(Delivery.state == "waiting").order_by(Delivery.received_at)
        )
    )


def names_of(session: Session, told: Collection[str | None]) -> dict[str, str]:
    """Return {officer id as text: name}; who is no officer (a source, the system) is left out."""
    wanted = []
    for one in told:
        try:
            wanted.append(UUID(one or ""))
        except ValueError:
            continue
    if not wanted:
        return {}
    rows = session.execute(select(Officer.id, Officer.name).where(Officer.id.in_(wanted)))
    return {str(row.id): row.name for row in rows}


@dataclass(frozen=True)
class WaitingTasks:
    """Open tasks of one kind that one feed's department has to answer."""

    feed: str
    kind: str
    open: int
    overdue: int


def tasks(
    session: Session,
    *,
    feeds: Collection[str] = (),
    kind: str = "",
    state: str = "open",
    places: tuple[str, ...] = ("",),
    page: int = 1,
) -> tuple[list[ReviewTask], int]:
    """Return one page of review tasks, the earliest deadline first, and how many there are.

    ``feeds`` empty means every feed; with ``places``, only those about residents there.
    """
    conditions = [ReviewTask.state == state, *_of_places(places)]
    if feeds:
        conditions.append(ReviewTask.feed.in_(feeds))
    if kind:
        conditions.append(ReviewTask.kind == kind)
    found = session.scalars(
        select(ReviewTask)
        .where(*conditions)
        .order_by(ReviewTask.due_on, ReviewTask.opened_at, ReviewTask.id)
        .offset((page - 1) * ROWS_PER_PAGE)
        .limit(ROWS_PER_PAGE)
    )
    total = session.scalar(select(func.count()).select_from(ReviewTask).where(*conditions)) or 0
    return list(found), total


def waiting_tasks(session: Session, *, places: tuple[str, ...] = ("",)) -> list[WaitingTasks]:
    """Return how many tasks are open and overdue, by feed and kind."""
    late = func.count().filter(ReviewTask.due_on < clock.today())
    rows = session.execute(
        select(ReviewTask.feed, ReviewTask.kind, func.count(), late)
        .where(ReviewTask.state == "open", *_of_places(places))
        .group_by(ReviewTask.feed, ReviewTask.kind)
        .order_by(ReviewTask.feed, ReviewTask.kind)
    )
    return [WaitingTasks(*row) for row in rows]


def oldest_overdue(session: Session, *, places: tuple[str, ...] = ("",)) -> tuple[int, date | None]:
    """Return how many open tasks are past their day, and the earliest of those days."""
    count, first = session.execute(
        select(func.count(), func.min(ReviewTask.due_on)).where(
            ReviewTask.state == "open",
            ReviewTask.due_on < clock.today(),
            *_of_places(places),
        )
    ).one()
    return count, first


def oldest_asked(
    session: Session, kind: str, *, places: tuple[str, ...] = ("",)
) -> tuple[int, datetime | None]:
    """Return how many open tasks of a kind there are, and when the oldest was opened."""
    count, first = session.execute(
        select(func.count(), func.min(ReviewTask.opened_at)).where(
            ReviewTask.state == "open", ReviewTask.kind == kind, *_of_places(places)
        )
    ).one()
    return count, first


def people_of(session: Session, ids: Collection[int | None]) -> dict[int, Person]:
    """Return {any id: the person as kept today}."""
    wanted = {one for one in ids if one is not None}
    if not wanted:
        return {}
    kept = aliased(Person)
    rows = session.execute(
        select(Person.id, kept)
        .join(kept, kept.id == func.coalesce(Person.merged_into, Person.id))
        .where(Person.id.in_(wanted))
    )
    return {row[0]: row[1] for row in rows}


def _of_places(places: tuple[str, ...]) -> list[ColumnElement[bool]]:
    if "" in places:
        return []
    kept = aliased(Person)
    there = (
        select(Person.id)
        .join(kept, kept.id == func.coalesce(Person.merged_into, Person.id))
        .where(in_places(places, kept.division))
    )
    return [ReviewTask.person_id.in_(there)]

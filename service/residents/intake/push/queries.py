"""Every look at pushes and their pages."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from psycopg.errors import LockNotAvailable
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from service.residents.intake.push.problems import PushBusy, PushUnknown
from service.residents.models import Delivery, FeedPush, FeedPushPage, FeedSource


def push_of(
    session: Session, source: FeedSource, feed: str, number: str, *, lock: str = ""
) -> FeedPush:
    """Return a source's push, locked ``shared`` (to add a page) or ``alone`` (to complete it).

    Raises PushUnknown, and PushBusy when another request holds it.
    """
    query = select(FeedPush).where(
        FeedPush.source_id == source.id, FeedPush.number == number, FeedPush.feed == feed
    )
    if lock:
        query = query.with_for_update(read=lock == "shared", nowait=True)
    try:
        with session.begin_nested():
            found = session.scalars(query.execution_options(populate_existing=True)).first()
    except OperationalError as error:
        if isinstance(error.orig, LockNotAvailable):
            raise PushBusy from None
        raise
    if found is None:
        raise PushUnknown
    return found


def pages_of(session: Session, push: FeedPush) -> Sequence[FeedPushPage]:
    """Return what came of a push, by page number, without the contents."""
    columns = (FeedPushPage.page_no, FeedPushPage.sha256, FeedPushPage.rows)
    rows = session.execute(
        select(*columns).where(FeedPushPage.push_id == push.id).order_by(FeedPushPage.page_no)
    )
    return [FeedPushPage(page_no=one.page_no, sha256=one.sha256, rows=one.rows) for one in rows]


def open_pushes(session: Session, source: FeedSource) -> int:
    """Return how many pushes of a source are not complete."""
    return (
        session.scalar(
            select(func.count())
            .select_from(FeedPush)
            .where(FeedPush.source_id == source.id, FeedPush.completed_at.is_(None))
        )
        or 0
    )


def last_completions(session: Session) -> dict[UUID, tuple[datetime, Delivery]]:
    """Return, by source, when it last completed a push, and the delivery that became of it."""
    rows = session.execute(
        select(FeedPush.source_id, FeedPush.completed_at, Delivery)
        .join(Delivery, Delivery.id == FeedPush.delivery_id)
        .where(FeedPush.completed_at.is_not(None))
        .ext(distinct_on(FeedPush.source_id))
        .order_by(FeedPush.source_id, FeedPush.completed_at.desc())
    )
    return {source_id: (at, delivery) for source_id, at, delivery in rows if at is not None}

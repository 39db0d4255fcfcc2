"""Forget pushes that were never completed: nobody's data wait sealed for ever."""

from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from service.foundation import clock
from service.residents.models import FeedPush, FeedPushPage

DAYS_OPEN_MAX = 7


def forget_unfinished(session: Session) -> int:
    """Delete pushes opened more than a week ago and never completed; return how many.

    Nothing of them was imported; the department may send the same number again from the start.
    """
    late = clock.now() - timedelta(days=DAYS_OPEN_MAX)
    stale = session.scalars(
        select(FeedPush.id)
        .where(FeedPush.completed_at.is_(None), FeedPush.opened_at < late)
        .with_for_update(skip_locked=True)
    ).all()
    for table, key in ((FeedPushPage, FeedPushPage.push_id), (FeedPush, FeedPush.id)):
        session.execute(
            delete(table).where(key.in_(stale)).execution_options(synchronize_session=False)
        )
    return len(stale)

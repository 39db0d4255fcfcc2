"""Read the kept anchors."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.audit.anchors.models import AuditAnchor
from service.audit.log.models import PublishedCheckpoint
from service.foundation import clock
from service.foundation.settings import settings

_AT_ONCE = 200


def newest(session: Session) -> AuditAnchor | None:
    """Return the anchor that was taken last."""
    return session.scalars(select(AuditAnchor).order_by(AuditAnchor.number.desc()).limit(1)).first()


def anchors(session: Session, *, up_to: int | None = None) -> Iterator[AuditAnchor]:
    """Yield the anchors in the order in which they were taken, those of at most ``up_to`` entries."""
    after = 0
    while True:
        chosen = select(AuditAnchor).where(AuditAnchor.number > after)
        if up_to is not None:
            chosen = chosen.where(AuditAnchor.size <= up_to)
        found = session.scalars(chosen.order_by(AuditAnchor.number).limit(_AT_ONCE)).all()
        if not found:
            return
        after = found[-1].number
        yield from found
        for one in found:
            session.expunge(one)


def late_seconds(session: Session) -> int:
    """Return the age of the newest anchor, where it is older than allowed; 0 where none is asked for.

    Without any anchor it is the age of the first published checkpoint.
    """
    if not settings().time_stamp_url:
        return 0
    last = newest(session)
    since: datetime | None = (
        last.taken_at
        if last
        else session.scalar(select(func.min(PublishedCheckpoint.published_at)))
    )
    age = clock.now() - since if since else timedelta()
    is_late = age > timedelta(hours=settings().anchor_late_hours)
    return int(age.total_seconds()) if is_late else 0

"""When the whole trail was verified last, and with what result."""

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.audit.log.models import PublishedCheckpoint
from service.audit.nightly.models import AuditVerification
from service.foundation import clock

LATE_AFTER = timedelta(days=2)


def latest(session: Session) -> AuditVerification | None:
    """Return the last verification that came to its end."""
    return session.scalars(
        select(AuditVerification)
        .order_by(AuditVerification.ended_at.desc(), AuditVerification.id.desc())
        .limit(1)
    ).first()


def good_age(session: Session) -> timedelta | None:
    """Return the age of the last good one; before the first, that of the log; None for an empty log."""
    since = session.scalar(
        select(func.max(AuditVerification.ended_at)).where(AuditVerification.verified)
    ) or session.scalar(select(func.min(PublishedCheckpoint.published_at)))
    return clock.now() - since if since else None

"""Whether the log is still stamped: red when the newest time-stamp is older than allowed."""

from typing import Any

from sqlalchemy.orm import Session

from service.audit.anchors.queries import late_seconds, newest
from service.foundation import clock
from service.foundation.gauges import Gauge
from service.foundation.settings import settings

AGE = Gauge(
    "anxin_audit_anchor_age_seconds",
    "Age of the newest time-stamp over the audit log; -1: none was taken yet, or none is asked for.",
)
LATE = Gauge(
    "anxin_audit_anchor_late_seconds",
    "Age of the newest time-stamp while it is older than allowed; 0: all is well.",
)


def summary(session: Session) -> dict[str, Any]:
    """Return ``anchors`` with ``ok`` or ``late``; empty where no authority is set."""
    if not settings().time_stamp_url:
        return {}
    if late_seconds(session):
        return {"status": "degraded", "anchors": "late"}
    return {"anchors": "ok"}


def measure(session: Session) -> None:
    """Set the gauges."""
    last = newest(session) if settings().time_stamp_url else None
    AGE.set((clock.now() - last.taken_at).total_seconds() if last else -1)
    LATE.set(late_seconds(session))

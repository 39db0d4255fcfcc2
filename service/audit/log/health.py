"""Whether the log keeps up: red when entries wait and nobody signs, or when it must not be signed.

A long transaction's entries are old when they come; so it is late only what waits while no sequencer ran.
"""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.audit.log.continues import require_continuation
from service.audit.log.models import PublishedCheckpoint
from service.audit.log.waiting import waiting
from service.audit.models import AuditCheckpoint
from service.foundation import clock
from service.foundation.gauges import Gauge
from service.foundation.jobs.models import Heartbeat
from service.foundation.problems import Problem

TASK = "audit.sequence"
LATE_AFTER = timedelta(seconds=5)
WAITING = Gauge(
    "anxin_audit_entries_waiting", "Audit entries that have no place in the signed log."
)
OLDEST = Gauge(
    "anxin_audit_oldest_waiting_seconds", "Age of the oldest audit entry without a place; 0: none."
)
LAG = Gauge(
    "anxin_audit_publication_lag_seconds",
    "For how long a signed checkpoint has waited to be published; 0: the last one is.",
)
SIGNED = Gauge("anxin_audit_entries_signed", "Audit entries under the last signed checkpoint.")


class LogLate(Problem):
    """Entries wait for their place, and no sequencer runs."""

    code = "log_late"
    status = 503
    title = "The audit log is not being signed"

    def __init__(self, entries: int, seconds: int) -> None:
        super().__init__(
            f"{entries} audit entries have waited for up to {seconds} seconds and no sequencer runs; "
            "see to the worker. Nothing is lost.",
            f"有 {entries} 条审计记录等待签署，最长已 {seconds} 秒，且没有签署进程在运行；请检查工作进程。记录不会丢失。",
            entries=entries,
            seconds=seconds,
        )


def trouble(session: Session) -> Problem | None:
    """Return why the log is not healthy, or None: late, forked, or without its trusted head."""
    try:
        require_continuation(session)
    except Problem as problem:
        return problem
    held = waiting(session)
    if held.oldest_at is None:
        return None
    ran_at = session.scalar(select(Heartbeat.at).where(Heartbeat.task == TASK))
    now = clock.now()
    if now - held.oldest_at < LATE_AFTER or (ran_at is not None and now - ran_at < LATE_AFTER):
        return None
    return LogLate(held.entries, int((now - held.oldest_at).total_seconds()))


def signed_at(session: Session) -> datetime | None:
    """Return when the last checkpoint was signed."""
    return session.scalar(select(func.max(AuditCheckpoint.signed_at)))


def measure(session: Session) -> None:
    """Set the gauges of the log."""
    held, now = waiting(session), clock.now()
    WAITING.set(held.entries)
    OLDEST.set(max(0.0, (now - held.oldest_at).total_seconds()) if held.oldest_at else 0)
    SIGNED.set(session.scalar(select(func.max(AuditCheckpoint.size))) or 0)
    published = session.scalar(select(func.max(PublishedCheckpoint.size))) or 0
    since = session.scalar(
        select(func.min(AuditCheckpoint.signed_at)).where(AuditCheckpoint.size > published)
    )
    LAG.set(max(0.0, (now - since).total_seconds()) if since else 0)

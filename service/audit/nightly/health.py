"""Red when the trail did not verify, or when the last good verification is older than two days."""

from typing import Any

from sqlalchemy.orm import Session

from service.audit.nightly.queries import LATE_AFTER, good_age, latest
from service.foundation.gauges import Gauge

FAILED = Gauge(
    "anxin_audit_verification_failed", "1 when the last nightly verification found the trail wrong."
)
AGE = Gauge(
    "anxin_audit_verification_age_seconds",
    "Age of the last good verification of the whole audit trail; before the first, of the log.",
)


def summary(session: Session) -> dict[str, Any]:
    """Return ``verification`` with ``ok``, ``late`` or ``failed`` and the first wrong entry.

    Empty while none has come to its end and none is late."""
    last, age = latest(session), good_age(session)
    if last is not None and not last.verified:
        return {
            "status": "degraded",
            "verification": "failed",
            "verification_code": last.code,
            "verification_first_bad": last.first_bad,
        }
    if age is not None and age > LATE_AFTER:
        return {"status": "degraded", "verification": "late"}
    return {"verification": "ok"} if last else {}


def measure(session: Session) -> None:
    """Set the gauges."""
    last, age = latest(session), good_age(session)
    FAILED.set(1 if last is not None and not last.verified else 0)
    AGE.set(age.total_seconds() if age else 0)

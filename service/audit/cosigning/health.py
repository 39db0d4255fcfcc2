"""How each witness does: for whoever watches the service, as words and as figures."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.audit.cosigning.in_force import in_force
from service.audit.cosigning.models import WitnessState
from service.audit.cosigning.policy import PolicyUnusable
from service.audit.cosigning.published import late_seconds
from service.audit.models import AuditCheckpoint
from service.foundation.gauges import Gauge
from service.foundation.settings import settings

FAILURES = Gauge(
    "anxin_witness_failures", "How often in a row a witness did not cosign.", ["witness"]
)
BEHIND = Gauge(
    "anxin_witness_behind_entries", "How many signed entries a witness has not seen.", ["witness"]
)


def summary(session: Session) -> dict[str, Any]:
    """Return each witness's name with ``ok``, ``not_asked`` or why it does not cosign; empty without a policy.

    ``status`` is there, and ``degraded``, while acts are refused because nothing gets cosigned.
    """
    try:
        policy = in_force()
    except PolicyUnusable as unusable:
        return {"status": "degraded", "witnesses": unusable.code}
    if policy is None:
        return {}
    known = {one.name: one for one in session.scalars(select(WitnessState))}
    said: dict[str, Any] = {
        "witnesses": {
            name: (known[name].said or "ok") if name in known else "not_asked"
            for name in policy.witnesses
        }
    }
    if late_seconds(session) > settings().witness_late_seconds_max:
        said["status"] = "degraded"
    return said


def measure(session: Session) -> None:
    """Set the gauges of every witness."""
    signed = session.scalar(select(func.max(AuditCheckpoint.size))) or 0
    FAILURES.clear()
    BEHIND.clear()
    for one in session.scalars(select(WitnessState)):
        FAILURES.set(one.failures, one.name)
        BEHIND.set(max(0, signed - one.size), one.name)

"""Give the alarm when a bank lets the last day for its answer to a recall pass; nothing else moves."""

from datetime import date

from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM
from service.audit.record import record
from service.dispatch.recall import queries
from service.foundation import clock
from service.foundation.logs import logger


def alarm_late(session: Session, *, on: date | None = None) -> int:
    """Say once of every recall that its answer is late; return how many. Its payments stay in transit."""
    today = on or clock.today()
    found = queries.late(session, today)
    for recall in found:
        recall.late_at = clock.now()
        record(
            session,
            "recall.late",
            by=SYSTEM,
            on=("recalls", recall.id),
            details={"due_on": recall.answer_due_on.isoformat()},
        )
        logger("dispatch").warning("recall.late", recall=recall.reference)
    return len(found)

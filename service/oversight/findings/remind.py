"""The daily look at findings: what an office did not answer in time goes to the office above, once."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM
from service.audit.record import record
from service.batches.exceptions.remind import superior_of
from service.foundation import clock
from service.foundation.jobs import enqueue, job
from service.oversight.findings.models import AuditFinding
from service.oversight.findings.open import note
from service.oversight.findings.queries import overdue

KIND = "oversight.escalate_findings"


@job(KIND, attempts_max=5)
def escalate_findings(session: Session, **_day: str) -> None:
    """Escalate what is overdue today; the day in the job's key only makes it one a day."""
    escalate(session)


def ask_for_daily_look(session: Session) -> None:
    """Ask for today's look; asking again the same day asks for nothing."""
    enqueue(session, KIND, str(clock.today()), day=clock.today())


def escalate(session: Session) -> int:
    """Tell the offices above of findings that nobody answered in time; return how many."""
    late = session.scalars(
        select(AuditFinding)
        .where(overdue(), AuditFinding.escalated_at.is_(None))
        .order_by(AuditFinding.number)
        .with_for_update()
    ).all()
    for finding in late:
        above = superior_of(session, finding.organisation) or None
        finding.escalated_at, finding.escalated_to = clock.now(), above
        record(
            session, "finding.escalated", by=SYSTEM, on=("audit_findings", finding.id),
            details={"to": above or "", "due_on": finding.due_on.isoformat()},
        )  # fmt: skip
        note(session, finding, "escalated", above or "", by=None, due_on=finding.due_on)
    return len(late)

"""What auditors do with an answer: give more time, return it, accept it, close it, or withdraw."""

from datetime import date

from sqlalchemy.orm import Session

from service.audit.moves import move
from service.audit.record import record
from service.foundation import clock
from service.officers.may import require
from service.officers.models import Officer
from service.oversight.findings.answer import require_open
from service.oversight.findings.models import AuditFinding
from service.oversight.findings.open import ACT, note, require_day, said
from service.oversight.findings.problems import AnotherCloses


def give_time(
    session: Session,
    finding: AuditFinding,
    *,
    text: str,
    until: date,
    by: Officer,
    session_id: str = "",
) -> None:
    """Let the office answer by a later day. The caller holds the lock; raises as the others."""
    require(by, ACT)
    text = said(text)
    require_day(until)
    require_open(finding)
    finding.due_on = until
    finding.escalated_at = finding.escalated_to = None
    record(
        session, "finding.time_given", by=by.actor(session_id), on=("audit_findings", finding.id),
        reason=text, details={"until": until.isoformat()},
    )  # fmt: skip
    note(session, finding, "time_given", text, by=by, due_on=until)


def send_back(
    session: Session,
    finding: AuditFinding,
    *,
    text: str,
    until: date,
    by: Officer,
    session_id: str = "",
) -> None:
    """Ask the office once more, with a new day; raises NotAllowed, SayMore, DayUnusable, IllegalMove."""
    require(by, ACT)
    text = said(text)
    require_day(until)
    finding.due_on = until
    finding.escalated_at = finding.escalated_to = None
    move(
        session, finding, "open", by=by.actor(session_id), reason=text,
        details={"due_on": until.isoformat()},
    )  # fmt: skip
    note(session, finding, "returned", text, by=by, due_on=until)


def accept(
    session: Session, finding: AuditFinding, *, text: str, by: Officer, session_id: str = ""
) -> None:
    """Accept what the office did; the finding is closed by its own step afterwards."""
    require(by, ACT)
    text = said(text)
    move(session, finding, "accepted", by=by.actor(session_id), reason=text)
    note(session, finding, "accepted", text, by=by)


def close(
    session: Session, finding: AuditFinding, *, text: str, by: Officer, session_id: str = ""
) -> None:
    """Close what was accepted; what is grave, another than its opener. Raises :class:`AnotherCloses`."""
    require(by, ACT)
    text = said(text)
    if finding.severity == "high" and finding.opened_by == by.id:
        raise AnotherCloses
    finding.closed_by, finding.closed_at = by.id, clock.now()
    move(session, finding, "closed", by=by.actor(session_id), reason=text)
    note(session, finding, "closed", text, by=by)


def withdraw(
    session: Session, finding: AuditFinding, *, text: str, by: Officer, session_id: str = ""
) -> None:
    """Take a finding back that was none; it stays readable with its reason."""
    require(by, ACT)
    text = said(text)
    move(session, finding, "withdrawn", by=by.actor(session_id), reason=text)
    note(session, finding, "withdrawn", text, by=by)

"""What the office does: answer with what it found and what it has done, or ask for more time."""

from datetime import date

from sqlalchemy.orm import Session

from service.audit.moves import IllegalMove, move
from service.audit.record import record
from service.officers.may import require
from service.officers.models import Officer
from service.oversight.findings.links import links_from
from service.oversight.findings.models import AuditFinding
from service.oversight.findings.open import ANSWERS, note, require_day, said
from service.oversight.findings.problems import NotYourFinding


def answer(
    session: Session,
    finding: AuditFinding,
    *,
    text: str,
    measures: str = "",
    by: Officer,
    session_id: str = "",
) -> None:
    """Keep the office's answer; ``measures`` are numbers of recoveries, objections, lists, lines.

    The caller holds the finding's lock. Raises NotAllowed, NotYourFinding, SayMore,
    EvidenceUnknown, IllegalMove.
    """
    _require_own(finding, by)
    text = said(text)
    links = links_from(session, measures)
    move(
        session, finding, "answered", by=by.actor(session_id), reason=text,
        details={"measures": len(links)},
    )  # fmt: skip
    note(session, finding, "measure" if links else "answer", text, by=by, links=links)


def ask_more_time(
    session: Session,
    finding: AuditFinding,
    *,
    text: str,
    until: date,
    by: Officer,
    session_id: str = "",
) -> None:
    """Ask the auditor for a later day; nothing changes until it is given."""
    _require_own(finding, by)
    text = said(text)
    require_day(until)
    record(
        session, "finding.more_time_asked", by=by.actor(session_id),
        on=("audit_findings", finding.id), reason=text, details={"until": until.isoformat()},
    )  # fmt: skip
    note(session, finding, "more_time", text, by=by, due_on=until)


def _require_own(finding: AuditFinding, by: Officer) -> None:
    require(by, ANSWERS)
    if by.organisation != finding.organisation:
        raise NotYourFinding
    require_open(finding)


def require_open(finding: AuditFinding) -> None:
    """Refuse what is only done while the office has to answer; raises IllegalMove."""
    if finding.state != "open":
        raise IllegalMove(finding.spoken_name, finding.state, "answered")

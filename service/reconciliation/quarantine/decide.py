"""What one officer does about a file in quarantine: ask the bank again, or reject the file with a reason.

Neither moves money nor takes anything away: the file stays kept whole, with its faults. Rejecting a
corrected statement is how the booked one is kept. Bytes that come once more wait once more.
"""

from sqlalchemy.orm import Session

from service.audit.record import record
from service.batches.release import ReasonMissing
from service.foundation import clock
from service.officers.may import require
from service.officers.models import Officer
from service.reconciliation.models import InboundFile
from service.reconciliation.quarantine.models import ASKED_BANK, REJECTED, FileDecision
from service.reconciliation.quarantine.problems import NotInQuarantine


def asked_bank(session: Session, file: InboundFile, *, reason: str, by: Officer) -> FileDecision:
    """Write down that the bank was asked, whom and for what. Raises NotInQuarantine, ReasonMissing."""
    return _decide(session, file, ASKED_BANK, reason, by)


def reject(session: Session, file: InboundFile, *, reason: str, by: Officer) -> FileDecision:
    """Let a file rest unbelieved; it is kept and listed. Raises NotInQuarantine, ReasonMissing."""
    return _decide(session, file, REJECTED, reason, by)


def _decide(
    session: Session, file: InboundFile, act: str, reason: str, by: Officer
) -> FileDecision:
    require(by, "reconciliation.resolve")
    session.refresh(file, with_for_update=True)
    if file.state != "quarantined":
        raise NotInQuarantine
    if not reason.strip():
        raise ReasonMissing
    decided = FileDecision(
        inbound_file_id=file.id,
        act=act,
        reason=reason.strip(),
        officer_id=by.id,
        at=clock.now(),
        times_seen=file.times_seen,
    )
    session.add(decided)
    session.flush()
    record(
        session,
        f"inbound_file.{act}",
        by=by.actor(),
        on=("inbound_files", file.id),
        reason=decided.reason,
        details={"sha256": file.sha256},
    )
    return decided

"""Clear a finding: another than whom it is about says what was found; it is kept with the act."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.record import record
from service.batches.about import about_batch
from service.batches.findings.catalogue import BY_CODE
from service.batches.findings.models import BatchFinding
from service.batches.models import Batch
from service.batches.release import ReasonMissing
from service.foundation import clock
from service.foundation.problems import NotFound, Problem
from service.officers.may import require
from service.officers.models import Officer


class FindingNeedsData(Problem):
    """A finding that nobody may explain away."""

    code = "finding_needs_data"
    status = 409
    title = "Only a corrected list ends this"

    def __init__(self, control: str) -> None:
        found = BY_CODE[control]
        super().__init__(f"{found.en} {found.how_en}", f"{found.zh}{found.how_zh}")


class FindingIsAboutYou(Problem):
    """The officer, or a relative of his, is whom the finding is about."""

    code = "finding_about_you"
    status = 409
    title = "Another officer must look at this"

    def __init__(self) -> None:
        super().__init__(
            "The list pays you or a declared relative of yours; another officer must look at it.",
            "本清册涉及您本人或您申报的亲属，须由其他工作人员核对。",
        )


def clear_finding(
    session: Session, batch: Batch, control: str, *, by: Officer, reason: str, session_id: str = ""
) -> None:
    """Clear one open finding of a batch with a reason.

    Raises NotFound, :class:`FindingNeedsData`, :class:`FindingIsAboutYou` and ReasonMissing.
    """
    require(by, "batches.submit", about_batch(session, batch))
    finding = session.scalars(
        select(BatchFinding)
        .where(
            BatchFinding.batch_id == batch.id,
            BatchFinding.control == control,
            BatchFinding.cleared_at.is_(None),
        )
        .with_for_update()
    ).first()
    if finding is None or control not in BY_CODE:
        raise NotFound("finding")
    if BY_CODE[control].clears == "data":
        raise FindingNeedsData(control)
    if str(by.id) in finding.evidence.get("officers", []):
        raise FindingIsAboutYou
    if not reason.strip():
        raise ReasonMissing
    finding.cleared_at, finding.cleared_by = clock.now(), str(by.id)
    finding.cleared_reason = reason.strip()
    record(
        session,
        "finding.cleared",
        by=by.actor(session_id),
        on=("batches", batch.id),
        reason=reason.strip(),
        details={"control": control, "version": finding.version, "lines": finding.lines},
    )

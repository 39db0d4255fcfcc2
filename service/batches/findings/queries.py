"""Every reading of findings, and the gate that the grave ones close."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.batches.findings.catalogue import BY_CODE
from service.batches.findings.models import BatchFinding
from service.batches.models import Batch
from service.foundation.problems import Problem


class FindingsStop(Problem):
    """Something about the whole list must be put right before anybody submits it."""

    code = "findings_stop"
    status = 409
    title = "The list cannot be submitted like this"

    def __init__(self, batch: Batch, controls: list[str]) -> None:
        said = [BY_CODE[control] for control in controls]
        super().__init__(
            f"{batch.batch_no}: {' '.join(one.en for one in said)}",
            f"{batch.batch_no}：{''.join(one.zh for one in said)}",
        )


def of_batch(session: Session, batch: Batch) -> list[BatchFinding]:
    """Return a batch's findings: open ones first, the graver first."""
    return list(
        session.scalars(
            select(BatchFinding)
            .where(BatchFinding.batch_id == batch.id)
            .order_by(
                BatchFinding.cleared_at.is_not(None),
                BatchFinding.severity.desc(),
                BatchFinding.control,
            )
        )
    )


def require_no_stop(session: Session, batch: Batch) -> None:
    """Raise :class:`FindingsStop` while a finding that stops is open."""
    standing = [
        one.control
        for one in of_batch(session, batch)
        if one.severity == "stop" and one.cleared_at is None
    ]
    if standing:
        raise FindingsStop(batch, standing)

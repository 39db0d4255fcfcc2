"""A decision counts only for what was on the screen: forms and programs repeat the sheet's mark."""

import hashlib

from sqlalchemy.orm import Session

from service.batches.figures import totals_of
from service.batches.models import Batch
from service.foundation.problems import Problem


class SheetChanged(Problem):
    """The batch is not as it was when the officer opened it."""

    code = "sheet_changed"
    status = 409
    title = "The batch has changed since you opened it"

    def __init__(self, batch: Batch) -> None:
        super().__init__(
            f"{batch.batch_no} has changed since you opened it, so nothing was done; read it again and decide.",
            f"{batch.batch_no} 在您打开之后已有变化，本次操作未生效；请重新核对后再办理。",
        )


def mark_of(session: Session, batch: Batch) -> str:
    """Return 32 characters that change with the round, the lines to pay, their total and their root."""
    sums = totals_of(session, [batch.id])[batch.id]
    root = (batch.lines_root or b"").hex()
    content = f"{batch.id}:{batch.round}:{sums.payable}:{sums.payable_fen}:{root}"
    return hashlib.sha256(content.encode()).hexdigest()[:32]


def require_unchanged(session: Session, batch: Batch, seen: str) -> None:
    """Raise :class:`SheetChanged` unless the officer saw the batch as it is."""
    if seen != mark_of(session, batch):
        raise SheetChanged(batch)

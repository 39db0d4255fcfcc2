"""Decide on a batch: approve it, which commits its money, or return it to its maker with a reason."""

from datetime import date

from sqlalchemy.orm import Session

from service.approvals.money import commit_money, release_money
from service.approvals.stale import details_of
from service.audit.moves import move
from service.batches.acts import act
from service.batches.lines import move_lines
from service.batches.models import Batch, Payment
from service.batches.release import ReasonMissing
from service.batches.submit import lines_root
from service.foundation import clock
from service.foundation.jobs import enqueue
from service.foundation.problems import Problem
from service.notices.check import require_ended
from service.officers.may import require
from service.officers.models import Officer
from service.programmes.versions import programme_of
from service.residents.freshness import require_fresh


class LinesChanged(Problem):
    """The lines are not those that were submitted."""

    code = "lines_changed"
    status = 409
    title = "The list was changed after it was submitted"

    def __init__(self, batch: Batch) -> None:
        super().__init__(
            f"The lines of {batch.batch_no} are not those its maker submitted; nothing was approved. "
            "Tell the auditor.",
            f"{batch.batch_no} 的明细与经办提交时不一致，审批未生效，请告知审计人员。",
        )


def approve(session: Session, batch: Batch, *, by: Officer, on: date, session_id: str = "") -> None:
    """Approve a frozen batch whose notice has ended; commits its money and has its bank files made.

    The caller holds the batch's lock. Raises AlreadyActed for the maker or a second decision,
    NoticeRunning, FeedsStale, LinesChanged, AppropriationExceeded, IllegalMove.
    """
    require(by, "approvals.decide")
    require_ended(session, batch, on=on)
    waived = require_fresh(session, programme_of(session, batch.rule_digest, batch.programme).feeds)
    if lines_root(session, batch) != batch.lines_root:
        raise LinesChanged(batch)
    act(session, batch, by, "approved", at=clock.now())
    move(
        session,
        batch,
        "approved",
        by=by.actor(session_id),
        details={
            "lines_root": (batch.lines_root or b"").hex(),
            "amount_fen": batch.frozen_fen or 0,
            **details_of(waived),
        },
    )
    commit_money(session, batch, on=on)
    enqueue(session, "dispatch.prepare", f"{batch.id}:{batch.round}", batch_id=batch.id, on=on)


def send_back(
    session: Session, batch: Batch, *, by: Officer, reason: str, on: date, session_id: str = ""
) -> None:
    """Return a batch to its maker; its lines can change again and a new round begins."""
    committed = batch.state in {"approved", "prepared"}
    require(by, "signing.sign" if committed else "approvals.decide")
    if not reason.strip():
        raise ReasonMissing
    act(session, batch, by, "returned", at=clock.now(), reason=reason.strip())
    move(session, batch, "returned", by=by.actor(session_id), reason=reason.strip())
    move_lines(
        session,
        Payment.batch_id == batch.id,
        now="frozen",
        then="ready",
        by=by.actor(session_id),
        on=("batches", batch.id),
        values={"bank_file_id": None},
    )
    if committed:
        release_money(session, batch, on=on)
    batch.round += 1
    batch.frozen_count = batch.frozen_fen = batch.lines_root = None
    session.flush()

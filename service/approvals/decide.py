"""Take a batch's next step: the last approval commits its money and has its bank files made."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy.orm import Session

from service.approvals.absences import require_present
from service.approvals.back import send_back
from service.approvals.conflicts import require_chain_clean, require_no_conflict
from service.approvals.holders import Taking, taking
from service.approvals.models import ApprovalAct
from service.approvals.money import commit_money
from service.approvals.problems import LinesChanged
from service.approvals.stale import details_of
from service.approvals.steps import IN_REVIEW, open_steps, steps_of, taken
from service.audit.actor import Actor
from service.audit.cosigning.published import require_witnesses, witness_after_commit
from service.audit.moves import IllegalMove, move
from service.audit.record import record
from service.batches.acts import AlreadyActed, act
from service.batches.instalments.dividers import has_divided
from service.batches.instalments.fair import require_fair
from service.batches.models import Batch
from service.batches.queries import has_acted
from service.batches.submit import lines_root
from service.foundation import clock
from service.foundation.jobs import enqueue
from service.notices.check import require_ended
from service.officers.may import Matter, require
from service.officers.models import Officer
from service.programmes.versions import programme_of
from service.residents.freshness import require_fresh

__all__ = ["LinesChanged", "approve", "finish", "send_back"]


def approve(
    session: Session,
    batch: Batch,
    *,
    by: Officer,
    on: date,
    session_id: str = "",
    acting_for: Officer | None = None,
) -> None:
    """Take the next step of a frozen batch whose notice has ended; the last one approves payment.

    The caller holds the batch's lock; ``acting_for`` is the absent colleague whose step it is.
    Raises AlreadyActed for the maker or a second decision, IllegalMove, NotYourStep, NotDelegated,
    AbsentNow, ConflictOfInterest, MakerExcluded, NoticeRunning, FeedsStale, LinesChanged,
    AppropriationExceeded, MoneyContested, NotWitnessed.
    """
    require(by, "approvals.decide", Matter(kind="batch", programme=batch.programme))
    require_witnesses(session)
    if has_acted(session, batch, by):
        raise AlreadyActed(batch)
    if batch.state not in IN_REVIEW:
        raise IllegalMove(batch.batch_no, batch.state, "approved")
    require_present(session, by, on=on)
    steps = steps_of(session, batch)
    now = taking(
        session,
        batch,
        open_steps(steps, taken(session, batch)),
        by,
        on=on,
        acting_for=acting_for,
    )
    absent = (
        session.get_one(Officer, now.delegation.absent_id) if now.delegation is not None else None
    )
    for one in (by, *([absent] if absent else [])):
        if has_divided(session, batch, one.id):
            raise AlreadyActed(batch)
        require_no_conflict(session, batch, one)
    require_chain_clean(session, batch)
    require_ended(session, batch, on=on)
    waived = require_fresh(session, programme_of(session, batch.rule_digest, batch.programme).feeds)
    if lines_root(session, batch) != batch.lines_root:
        raise LinesChanged(batch)
    _write_down(session, batch, now, by)
    witness_after_commit(session, ("batches", batch.id))
    details = {
        "step": now.step.code,
        "division": now.step.division,
        "for_officer": str(absent.id) if absent else "",
        **details_of(waived),
    }
    if open_steps(steps, taken(session, batch)):
        record(
            session,
            "batch.step_approved",
            by=by.actor(session_id),
            on=("batches", batch.id),
            before=batch.state,
            after=batch.state,
            details=details,
        )
        session.flush()
        return
    finish(session, batch, by=by.actor(session_id), on=on, details=details)


def finish(
    session: Session, batch: Batch, *, by: Actor, on: date, details: Mapping[str, object]
) -> None:
    """Move a batch whose approvals are complete, commit its money and ask for its bank files.

    Raises AppropriationExceeded, and MoneyContested while other lists ask for money that is short.
    """
    require_fair(session, batch)
    move(
        session,
        batch,
        "approved",
        by=by,
        details={
            "lines_root": (batch.lines_root or b"").hex(),
            "amount_fen": batch.frozen_fen or 0,
            **details,
        },
    )
    commit_money(session, batch, on=on)
    enqueue(session, "dispatch.prepare", f"{batch.id}:{batch.round}", batch_id=batch.id, on=on)


def _write_down(session: Session, batch: Batch, now: Taking, by: Officer) -> None:
    at = clock.now()
    act(session, batch, by, "approved", at=at)
    session.add(
        ApprovalAct(
            batch_id=batch.id,
            round=batch.round,
            officer_id=by.id,
            position=now.step.position,
            division=now.step.division,
            for_officer_id=now.delegation.absent_id if now.delegation else None,
            delegation_id=now.delegation.id if now.delegation else None,
            lines_root=batch.lines_root or b"",
            at=at,
        )
    )
    session.flush()

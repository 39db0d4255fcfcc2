"""Send a batch back, to its maker or to an earlier step: a new round, and its money is released."""

from datetime import date

from sqlalchemy import update
from sqlalchemy.orm import Session

from service.approvals.absences import require_present
from service.approvals.holders import taking
from service.approvals.models import ApprovalAct, ApprovalStep
from service.approvals.money import release_money
from service.approvals.problems import StepUnknown
from service.approvals.rewind import keep_until
from service.approvals.steps import IN_REVIEW, open_steps, steps_of, taken
from service.audit.actor import Actor
from service.audit.moves import IllegalMove, move
from service.audit.record import record
from service.batches.acts import AlreadyActed, act
from service.batches.lines import move_lines
from service.batches.models import Batch, Payment
from service.batches.queries import has_acted
from service.batches.release import ReasonMissing
from service.batches.withheld.back import keep_held
from service.foundation import clock
from service.officers.may import Matter, require
from service.officers.models import Officer

COMMITTED = ("approved", "prepared", "signed")


def send_back(
    session: Session,
    batch: Batch,
    *,
    by: Officer,
    reason: str,
    on: date,
    session_id: str = "",
    to_step: str = "",
) -> None:
    """Return a batch to its maker, or with its lines frozen to the step of the code ``to_step``.

    Whoever must decide next may do so: the holder of the open step, a signer once it is approved.
    The caller holds the batch's lock. Raises NotAllowed, AlreadyActed, IllegalMove, NotYourStep,
    StepUnknown, ReasonMissing.
    """
    committed = batch.state in ("approved", "prepared")
    needed = "signing.sign" if committed else "approvals.decide"
    require(by, needed, Matter(kind="batch", programme=batch.programme))
    if not reason.strip():
        raise ReasonMissing
    if has_acted(session, batch, by):
        raise AlreadyActed(batch)
    if not committed and batch.state not in IN_REVIEW:
        raise IllegalMove(batch.batch_no, batch.state, "returned")
    require_present(session, by, on=on)
    steps, acts = steps_of(session, batch), taken(session, batch)
    if not committed:
        taking(session, batch, open_steps(steps, acts), by, on=on)
    target = _step(batch, returnable(steps, acts), to_step) if to_step else None
    act(session, batch, by, "returned", at=clock.now(), reason=reason.strip())
    actor = by.actor(session_id)
    if target is None:
        to_maker(session, batch, by=actor, reason=reason, on=on)
    else:
        to_position(session, batch, target, by=actor, reason=reason, on=on)


def returnable(steps: list[ApprovalStep], acts: list[ApprovalAct]) -> list[ApprovalStep]:
    """Return the approval steps, one a position, that somebody has taken and may have to again."""
    done = {one.position for one in acts}
    found = {step.position: step for step in steps if step.position in done}
    return [found[position] for position in sorted(found)]


def to_maker(session: Session, batch: Batch, *, by: Actor, reason: str, on: date) -> None:
    """Give the lines free again; a new round begins once the maker submits."""
    committed = batch.state in COMMITTED
    move(session, batch, "returned", by=by, reason=reason.strip())
    move_lines(
        session,
        Payment.batch_id == batch.id,
        now="frozen",
        then="ready",
        by=by,
        on=("batches", batch.id),
        values={"bank_file_id": None},
    )
    if committed:
        release_money(session, batch, on=on)
    keep_held(session, batch, by=by)
    batch.round += 1
    batch.frozen_count = batch.frozen_fen = batch.lines_root = None
    session.flush()


def to_position(
    session: Session, batch: Batch, target: ApprovalStep, *, by: Actor, reason: str, on: date
) -> None:
    """Begin a round in which the steps before ``target`` stay taken and the lines stay frozen."""
    details = {"step": target.code}
    if batch.state in COMMITTED:
        release_money(session, batch, on=on)
        move(session, batch, "frozen", by=by, reason=reason.strip(), details=details)
        session.execute(
            update(Payment)
            .where(Payment.batch_id == batch.id, Payment.state == "frozen")
            .values(bank_file_id=None)
            .execution_options(synchronize_session=False)
        )
    else:
        record(
            session,
            "batch.reopened",
            by=by,
            on=("batches", batch.id),
            before=batch.state,
            after=batch.state,
            reason=reason.strip(),
            details=details,
        )
    keep_until(session, batch, target.position)


def _step(batch: Batch, offered: list[ApprovalStep], code: str) -> ApprovalStep:
    for step in offered:
        if step.code == code:
            return step
    raise StepUnknown(batch, code)

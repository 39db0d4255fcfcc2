"""Call a batch back: its maker, or whoever acted last, until a file is handed over."""

from datetime import date

from sqlalchemy import Text, Uuid, column, select, table, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from service.approvals.back import to_maker, to_position
from service.approvals.decide import finish
from service.approvals.problems import NotYoursToRecall, OnItsWay
from service.approvals.steps import IN_REVIEW, laid, open_steps, taken
from service.audit.actor import Actor
from service.audit.moves import event_for
from service.audit.record import record
from service.batches.models import Batch, Payment
from service.batches.queries import acts_of
from service.batches.release import ReasonMissing
from service.officers.may import Matter, require
from service.officers.models import Officer

_RECALLABLE = (*IN_REVIEW, "approved", "prepared", "signed")
_ACT_OF = {
    "submitted": "batches.submit",
    "approved": "approvals.decide",
    "signed": "signing.sign",
}
_HERE = ("held", "ready", "frozen", "withheld")
"""States of lines that no bank was given."""
# The files' table, by name: dispatch stands above this stage, and asks nothing of it.
_FILES = table("bank_files", column("id", Uuid), column("batch_id", Uuid), column("state", Text))


def recall(
    session: Session, batch: Batch, *, by: Officer, reason: str, on: date, session_id: str = ""
) -> None:
    """Take back the own act: the maker gets the list again, an approver or signer the own step.

    The caller holds the batch's lock. Raises ReasonMissing, NotYoursToRecall, NotAllowed (the
    officer lost the duty), OnItsWay.
    """
    if not reason.strip():
        raise ReasonMissing
    own = _recallable_act(session, batch, by)
    if own is None:
        raise NotYoursToRecall(batch)
    require(by, _ACT_OF[own], Matter(kind="batch", programme=batch.programme))
    if batch.state not in _RECALLABLE:
        raise OnItsWay(batch)
    actor = by.actor(session_id)
    if batch.state == "signed":
        withdraw_files(session, batch, actor)
    record(
        session,
        "batch.recalled",
        by=actor,
        on=("batches", batch.id),
        before=batch.state,
        reason=reason.strip(),
        details={"act": own, "round": batch.round},
    )
    if own == "submitted":
        to_maker(session, batch, by=actor, reason=reason, on=on)
        return
    steps, acts = laid(session, batch), taken(session, batch)
    position = (
        next(one.position for one in acts if one.officer_id == by.id)
        if own == "approved"
        else next(step.position for step in steps if step.kind == "sign")
    )
    target = next(step for step in steps if step.position == position)
    to_position(session, batch, target, by=actor, reason=reason, on=on)
    if not open_steps(laid(session, batch), taken(session, batch)):
        # Only a signature was taken back: every approval stands, and the files are made anew.
        finish(session, batch, by=actor, on=on, details={"step": target.code})


def may_recall(session: Session, batch: Batch, officer: Officer) -> bool:
    """Return whether the officer could call the batch back now, as far as its state says."""
    return batch.state in _RECALLABLE and _recallable_act(session, batch, officer) is not None


def _recallable_act(session: Session, batch: Batch, officer: Officer) -> str | None:
    """Return what the officer did that can be taken back: the submitting, or the last act."""
    acts = [one for one in acts_of(session, batch) if one.round == batch.round]
    if not acts:
        return None
    last = max(acts, key=lambda one: one.at)
    for one in acts:
        if one.officer_id == officer.id and (one.act == "submitted" or one is last):
            return one.act
    return None


def withdraw_files(session: Session, batch: Batch, by: Actor) -> None:
    """Withdraw the files of a signed batch, or refuse because one is on its way.

    Whoever hands a file over holds its row first and the batch's later; waiting here for that row
    would be a deadlock, so a row that is held is a file on its way.
    """
    try:
        with session.begin_nested():
            files = session.execute(
                select(_FILES.c.id, _FILES.c.state)
                .where(_FILES.c.batch_id == batch.id, _FILES.c.state != "withdrawn")
                .order_by(_FILES.c.id)
                .with_for_update(nowait=True)
            ).all()
    except OperationalError:
        raise OnItsWay(batch) from None
    gone = session.scalar(
        select(Payment.id).where(Payment.batch_id == batch.id, Payment.state.not_in(_HERE)).limit(1)
    )
    if gone is not None or any(file.state != "prepared" for file in files):
        raise OnItsWay(batch)
    for file in files:
        session.execute(update(_FILES).where(_FILES.c.id == file.id).values(state="withdrawn"))
        record(
            session,
            event_for("bank_files", str(file.id), "prepared", "withdrawn"),
            by=by,
            on=("bank_files", file.id),
            before="prepared",
            after="withdrawn",
        )

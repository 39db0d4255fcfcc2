"""Take an objected line out of a posted list and put it back, so that the rest can go on.

What is left hung as well, so it keeps its days: a row of ``notices`` with the root of what is left
says so, and the database lets a frozen list change only to lines that were posted.
"""

import hashlib
from uuid import UUID

import rfc8785
from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.audit.record import record
from service.batches.lines import move_lines
from service.batches.models import Batch, Payment, PaymentHold
from service.batches.submit import lines_root
from service.foundation import clock
from service.notices.check import current
from service.notices.models import Notice, NoticeLine
from service.notices.objections.lifecycle import CONTROL

_UNCHANGING = (
    Payment.id, Payment.programme, Payment.period, Payment.line_type, Payment.attempt,
    Payment.subject_kind, Payment.subject_id, Payment.payee_person_id, Payment.payee_name,
    Payment.account_id, Payment.channel_id, Payment.amount_fen,
)  # fmt: skip


def digest_of(session: Session, payment_id: int) -> bytes:
    """Return SHA-256 over what may not have changed when a line comes back."""
    row = session.execute(select(*_UNCHANGING).where(Payment.id == payment_id)).mappings().one()
    said = {name: str(value) if isinstance(value, UUID) else value for name, value in row.items()}
    return hashlib.sha256(rfc8785.dumps(said)).digest()


def take_out(session: Session, batch: Batch, payment_id: int, *, by: Actor) -> bool:
    """Hold one line; return whether it was taken out of the list (it may be out already).

    The caller holds the batch's lock and has found it on notice.
    """
    session.execute(
        insert(PaymentHold)
        .values(payment_id=payment_id, control=CONTROL, found_at=clock.now())
        .on_conflict_do_update(
            index_elements=["payment_id", "control"],
            set_={"cleared_at": None, "cleared_by": None, "cleared_reason": None},
        )
    )
    notice = current(session, batch)
    moved, _ = move_lines(
        session,
        Payment.id == payment_id,
        now="frozen",
        then="held",
        by=by,
        on=("payments", payment_id),
    )
    if moved and notice is not None:
        _count_again(session, batch, notice)
    return bool(moved)


def put_back(session: Session, batch: Batch, payment_id: int, digest: bytes, *, by: Actor) -> bool:
    """Release a line after its last objection was dismissed; return whether it is on the list again.

    It comes back to a list that still hangs, if it is what hung there. Otherwise it goes to the next
    list of its month, which is posted for its own days.
    """
    cleared = session.execute(
        update(PaymentHold)
        .where(
            PaymentHold.payment_id == payment_id,
            PaymentHold.control == CONTROL,
            PaymentHold.cleared_at.is_(None),
        )
        .values(cleared_at=clock.now(), cleared_by=by.id, cleared_reason="")
        .returning(PaymentHold.id)
    ).all()
    if cleared:
        record(
            session,
            "hold.cleared",
            by=by,
            on=("payments", payment_id),
            details={"control": CONTROL},
        )
    others = session.scalar(
        select(func.count())
        .select_from(PaymentHold)
        .where(PaymentHold.payment_id == payment_id, PaymentHold.cleared_at.is_(None))
    )
    if others or digest_of(session, payment_id) != digest:
        return False
    payment = session.get_one(Payment, payment_id)
    notice = current(session, batch)
    hangs = notice is not None and session.scalar(
        select(NoticeLine.place).where(
            NoticeLine.notice_id == notice.posting_id, NoticeLine.payment_id == payment_id
        )
    )
    if payment.batch_id == batch.id and batch.state == "noticed" and notice is not None and hangs:
        moved, _ = move_lines(
            session,
            Payment.id == payment_id,
            now="held",
            then="frozen",
            by=by,
            on=("payments", payment_id),
        )
        if moved:
            _count_again(session, batch, notice)
        return bool(moved)
    if payment.batch_id == batch.id and batch.state in {"draft", "returned"}:
        move_lines(
            session,
            Payment.id == payment_id,
            now="held",
            then="ready",
            by=by,
            on=("payments", payment_id),
        )
    return False


def _count_again(session: Session, batch: Batch, notice: Notice) -> None:
    """Let the batch say what is on it now, and the notice that these lines hung."""
    left = lines_root(session, batch)
    count, total = session.execute(
        select(func.count(), func.coalesce(func.sum(Payment.amount_fen), 0)).where(
            Payment.batch_id == batch.id, Payment.state == "frozen"
        )
    ).one()
    session.execute(
        insert(Notice)
        .values(
            batch_id=batch.id,
            original_id=notice.posting_id,
            level=notice.level,
            days=notice.days,
            counted=notice.counted,
            unknown_years=notice.unknown_years,
            shows=notice.shows,
            answer_days=notice.answer_days,
            posted_on=notice.posted_on,
            ends_on=notice.ends_on,
            lines_root=left,
        )
        .on_conflict_do_nothing(index_elements=["batch_id", "lines_root"])
    )
    batch.lines_root, batch.frozen_count, batch.frozen_fen = left, count, int(total)
    session.flush()

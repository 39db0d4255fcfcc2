"""A proof to keep: one of a resident's own paid payments, as a text that anybody can check offline."""

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.audit.record import record
from service.batches.models import Batch, Payment
from service.batches.proof.payment import may_be_proved, payment_proof
from service.enquiry.wards.acting import Whom, theirs
from service.foundation.problems import NotFound


def provable(session: Session, which: ColumnElement[bool], month: str) -> list[Payment]:
    """Return paid payments of a month that a proof can be had for, in a fixed order.

    ``which`` selects somebody's own, as :func:`~.wards.acting.theirs` does.
    """
    found = session.scalars(
        select(Payment)
        .join(Batch, Batch.id == Payment.batch_id)
        .where(
            which,
            Batch.month == month,
            Payment.state == "paid",
        )
        .order_by(Payment.programme, Payment.id)
    )
    return [one for one in found if may_be_proved(session, one)]


def places(payments: list[Payment]) -> dict[int, int]:
    """Return {payment: its place among its programme's}, from 1."""
    found: dict[str, list[int]] = {}
    for one in payments:
        found.setdefault(one.programme, []).append(one.id)
    return {one: at for own in found.values() for at, one in enumerate(own, start=1)}


def proof_for(session: Session, one: Whom, month: str, code: str, place: int) -> Payment:
    """Return the payment of a programme that stands at ``place`` (from 1) among somebody's own.

    Raises NotFound.
    """
    found = provable(session, theirs(session, one), month)
    own = [payment for payment in found if payment.programme == code]
    if not 1 <= place <= len(own):
        raise NotFound("proof")
    return own[place - 1]


def take_proof(session: Session, one: Whom, payment: Payment) -> str:
    """Return the text of the proof, and record that it was taken; raises NotFound, ProofNotYet."""
    text = payment_proof(session, payment)
    record(
        session,
        "proof.taken",
        by=Actor(kind="resident", id=str(one.reader)),
        on=("payments", payment.id),
        details={"as": one.acted_as} if one.acted_as else None,
        about={"person": one.person_id},
    )
    return text

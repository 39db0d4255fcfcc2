"""A proof to keep: one of a resident's own paid payments, as a text that anybody can check offline."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.audit.record import record
from service.batches.models import Batch, Payment
from service.batches.proof.payment import may_be_proved, payment_proof
from service.foundation.problems import NotFound
from service.residents.identity.canonical import aliases


def provable(session: Session, person_id: int, month: str) -> list[Payment]:
    """Return a person's paid payments of a month that a proof can be had for, in a fixed order."""
    found = session.scalars(
        select(Payment)
        .join(Batch, Batch.id == Payment.batch_id)
        .where(
            Payment.payee_person_id.in_(aliases(session, person_id)),
            Batch.month == month,
            Payment.state == "paid",
        )
        .order_by(Payment.programme, Payment.id)
    )
    return [one for one in found if may_be_proved(session, one)]


def proof_for(session: Session, person_id: int, month: str, code: str, place: int) -> Payment:
    """Return the payment of a programme that stands at ``place`` (from 1) among the own ones.

    Raises NotFound.
    """
    own = [one for one in provable(session, person_id, month) if one.programme == code]
    if not 1 <= place <= len(own):
        raise NotFound("proof")
    return own[place - 1]


def take_proof(session: Session, person_id: int, payment: Payment) -> str:
    """Return the text of the proof, and record that it was taken; raises NotFound, ProofNotYet."""
    text = payment_proof(session, payment)
    record(
        session,
        "proof.taken",
        by=Actor(kind="resident", id=str(person_id)),
        on=("payments", payment.id),
    )
    return text

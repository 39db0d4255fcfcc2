"""What stands beside a payment and changes its sentence: a recall, money kept, a month paid twice.

Of nearly every payment there is nothing, and one question for the whole month says so. Only where it
says otherwise is the payment asked about by itself.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, any_, exists, or_
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.orm import Session

from service.batches.instalments.queries import waits_for_money
from service.batches.models import Payment
from service.batches.recoveries.models import DoublePayment, RecoveryOffset
from service.batches.recoveries.paid_twice import asked_twice_fen
from service.batches.recoveries.queries import kept_of_line
from service.dispatch.recall.models import RecallLine
from service.enquiry.not_arrived import Words, words_of
from service.reconciliation.models import StatementLine
from service.reconciliation.queries import FAILED, return_undone_on


@dataclass(frozen=True)
class Beside:
    """What is told of a payment beside its state; amounts in fen."""

    waits: bool = False
    """Held until the appropriation is raised."""
    words: Words | None = None
    gross_fen: int = 0
    kept_fen: int = 0
    twice_fen: int = 0
    again: date | None = None
    """When the bank put it into the account again after it had sent it back."""


NOTHING = Beside()


def something() -> ColumnElement[bool]:
    """Whether there may be anything beside a payment: whoever says no says :data:`NOTHING`."""
    return or_(
        Payment.state == any_(array(["held", *FAILED])),
        exists().where(RecallLine.payment_id == Payment.id),
        exists().where(RecoveryOffset.payment_id == Payment.id),
        exists().where(DoublePayment.first_id == Payment.id),
        exists().where(
            StatementLine.payment_id == Payment.id, StatementLine.matched == "return_undone"
        ),
    )


def beside(session: Session, payment_id: int) -> Beside:
    """Ask what stands beside one payment."""
    payment = session.get_one(Payment, payment_id)
    gross_fen, kept_fen = kept_of_line(session, payment)
    is_paid = payment.state == "paid"
    return Beside(
        waits=payment.state == "held" and waits_for_money(session, payment),
        words=words_of(session, payment),
        gross_fen=gross_fen,
        kept_fen=kept_fen,
        twice_fen=asked_twice_fen(session, payment) if is_paid else 0,
        again=return_undone_on(session, payment) if is_paid else None,
    )

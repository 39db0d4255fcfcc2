"""Decisions on many as they are read again: by who made one, and by who sees all that it cleared."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.batches.about import lines_seen_by
from service.batches.exceptions.models import ExceptionDecided, ExceptionDecision
from service.batches.models import Payment, PaymentHold
from service.foundation.problems import NotFound
from service.officers.models import Officer
from service.officers.reach import is_unlimited


def by_no(session: Session, decision_no: str, officer: Officer) -> ExceptionDecision:
    """Return a decision by what people call it.

    Its reason and sums are about everything it cleared, so who sees only a part of that does not see
    it: raises NotFound, as for a number that nobody was given.
    """
    digits = decision_no[1:]
    known = decision_no[:1] == "J" and digits.isascii() and digits.isdecimal() and len(digits) < 16
    made = session.get(ExceptionDecision, int(digits)) if known else None
    if made is None or not _is_seen(session, made, officer):
        raise NotFound("decision")
    return made


def _is_seen(session: Session, made: ExceptionDecision, officer: Officer) -> bool:
    if made.decided_by == officer.id or is_unlimited(officer, "batches.read"):
        return True
    beyond = (
        select(ExceptionDecided.hold_id)
        .join(PaymentHold, PaymentHold.id == ExceptionDecided.hold_id)
        .join(Payment, Payment.id == PaymentHold.payment_id)
        .where(
            ExceptionDecided.decision == made.number,
            lines_seen_by(officer).is_not(True),
        )
        .limit(1)
    )
    return session.scalar(beyond) is None

"""Money for a programme that is short of it, and its lines by state."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM
from service.batches.models import Payment
from service.ledger.appropriate import appropriate

YEAR = 2026


def give(session: Session, fen: int) -> None:
    """Appropriate fen."""
    appropriate(session, "MZ15", YEAR, fen, fund_source="县级", by=SYSTEM)


def lines_in(session: Session, *states: str) -> list[Payment]:
    """Return the lines in some states, in order."""
    found = select(Payment).where(Payment.state.in_(states)).order_by(Payment.id)
    return list(session.scalars(found))

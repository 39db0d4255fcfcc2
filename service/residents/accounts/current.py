"""The account a human being is paid to now: the newest known, under any of the ids."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.residents.identity.canonical import aliases
from service.residents.models import Account


def current_account(session: Session, person_id: int) -> Account | None:
    """Return the current account of the human being behind an id, or None."""
    return session.scalars(
        select(Account)
        .where(Account.person_id.in_(aliases(session, person_id)), Account.known_to.is_(None))
        .order_by(Account.known_from.desc(), Account.id.desc())
        .limit(1)
    ).first()

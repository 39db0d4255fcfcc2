"""Every question to the officers' tables."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.officers.models import Officer, OfficerSession, SignInAttempt, SigningKey


def by_username(session: Session, username: str) -> Officer | None:
    return session.scalars(select(Officer).where(Officer.username == username)).first()


def by_id(session: Session, officer_id: UUID) -> Officer | None:
    return session.get(Officer, officer_id)


def held_still(session: Session, officer_id: UUID) -> Officer | None:
    """Return an officer as he is now; until the transaction ends nobody changes what he may do."""
    return session.get(Officer, officer_id, with_for_update={"read": True}, populate_existing=True)


def everyone(session: Session) -> list[Officer]:
    """Return all officers, those who are active first, by user name."""
    order = (Officer.active.desc(), Officer.username)
    return list(session.scalars(select(Officer).order_by(*order)))


def session_of(session: Session, token_hash: bytes) -> tuple[OfficerSession, Officer] | None:
    """Return a session that was not ended, and whose it is."""
    found = session.execute(
        select(OfficerSession, Officer)
        .join(Officer, Officer.id == OfficerSession.officer_id)
        .where(OfficerSession.token_hash == token_hash, OfficerSession.ended_at.is_(None))
    ).first()
    return (found[0], found[1]) if found else None


def open_sessions(session: Session, officer: Officer) -> list[OfficerSession]:
    return list(
        session.scalars(
            select(OfficerSession).where(
                OfficerSession.officer_id == officer.id, OfficerSession.ended_at.is_(None)
            )
        )
    )


def failures_of(session: Session, username: str, since: datetime) -> tuple[int, datetime | None]:
    """Return how many sign-ins of a user name failed since its last success, and when the last did."""
    last_success = (
        select(func.max(SignInAttempt.at))
        .where(SignInAttempt.username == username, SignInAttempt.succeeded)
        .scalar_subquery()
    )
    count, last = session.execute(
        select(func.count(), func.max(SignInAttempt.at)).where(
            SignInAttempt.username == username,
            SignInAttempt.succeeded.is_(False),
            SignInAttempt.at >= since,
            SignInAttempt.at > func.coalesce(last_success, since),
        )
    ).one()
    return count, last


def failures_of_all(session: Session, since: datetime) -> int:
    """Return how many sign-ins of anybody failed."""
    return (
        session.scalar(
            select(func.count()).where(
                SignInAttempt.succeeded.is_(False), SignInAttempt.at >= since
            )
        )
        or 0
    )


def valid_key(session: Session, officer: Officer) -> SigningKey | None:
    """Return the key that an officer signs with now."""
    return session.scalars(
        select(SigningKey)
        .where(
            SigningKey.officer_id == officer.id,
            SigningKey.confirmed_at.is_not(None),
            SigningKey.revoked_at.is_(None),
        )
        .order_by(SigningKey.registered_at.desc())
    ).first()


def key_by_id(session: Session, key_id: UUID) -> SigningKey | None:
    return session.get(SigningKey, key_id)


def keys_of(session: Session, officer: Officer) -> list[SigningKey]:
    """Return every key an officer ever had, the newest first."""
    return list(
        session.scalars(
            select(SigningKey)
            .where(SigningKey.officer_id == officer.id)
            .order_by(SigningKey.registered_at.desc(), SigningKey.id.desc())
        )
    )


def confirmed_keys(session: Session) -> list[tuple[SigningKey, Officer]]:
    """Return the keys that sign now, each with whose it is, by user name."""
    rows = session.execute(
        select(SigningKey, Officer)
        .join(Officer, Officer.id == SigningKey.officer_id)
        .where(SigningKey.confirmed_at.is_not(None), SigningKey.revoked_at.is_(None))
        .order_by(Officer.username, SigningKey.registered_at, SigningKey.id)
    )
    return [(key, officer) for key, officer in rows]


def unconfirmed_keys(session: Session) -> list[tuple[SigningKey, Officer]]:
    """Return the keys that wait for a second person, the oldest first, each with whose it is."""
    rows = session.execute(
        select(SigningKey, Officer)
        .join(Officer, Officer.id == SigningKey.officer_id)
        .where(SigningKey.confirmed_at.is_(None), SigningKey.revoked_at.is_(None))
        .order_by(SigningKey.registered_at, SigningKey.id)
    )
    return [(key, officer) for key, officer in rows]

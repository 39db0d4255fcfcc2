"""Sign in: the same answer for a wrong name, a wrong password and somebody who has left.

Three steps in two transactions, because a failed attempt has to count although nothing else of the
request is kept: admit the attempt (committed), look at the password (no transaction held for the
hundreds of milliseconds that takes), begin the session.
"""

import hashlib
import secrets
from dataclasses import dataclass

from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.audit.record import record
from service.foundation import clock, ids
from service.foundation.problems import Problem
from service.officers import passwords, queries
from service.officers.models import Officer, OfficerSession, SignInAttempt
from service.officers.throttle import admit
from service.web.transactions import Opener

USERNAME_LENGTH_MAX = 64


class SignInRefused(Problem):
    """Name and password do not belong together."""

    code = "sign_in_refused"
    status = 401
    title = "The user name or the password is wrong"

    def __init__(self) -> None:
        super().__init__(
            "The user name or the password is wrong; check both and try again.",
            "用户名或密码不正确，请核对后重试。",
        )


@dataclass(frozen=True)
class SignedIn:
    """A begun session; the token goes to the browser and is not kept here."""

    officer: Officer
    session: OfficerSession
    token: str


def sign_in(transaction: Opener, username: str, password: str) -> SignedIn:
    """Begin a session.

    Raises :class:`SignInRefused`, ``TooManyAttempts``, ``Busy``.
    """
    username = username.strip().lower()[:USERNAME_LENGTH_MAX]
    with transaction() as session:
        attempt = admit(session, username)
        officer = queries.by_username(session, username)
        kept = officer.password_hash if officer else None
        attempt_id, officer_id = attempt.id, officer.id if officer else None
    right = passwords.is_right(kept, password)
    with transaction() as session:
        # Read again: somebody may have been deactivated while the password was looked at. The lock
        # lets nobody's access end between this look and the session, which would then stay open.
        officer = queries.held_still(session, officer_id) if officer_id else None
        if right and officer is not None and officer.active:
            found = session.get_one(SignInAttempt, attempt_id)
            found.succeeded = True
            return _begin(session, officer)
        _note_refusal(session, officer)
    raise SignInRefused


def token_hash_of(token: str) -> bytes:
    """Return what is kept of a token; 256 random bits need no slow hash."""
    return hashlib.sha256(token.encode()).digest()


def _begin(session: Session, officer: Officer) -> SignedIn:
    token, at = secrets.token_urlsafe(32), clock.now()
    begun = OfficerSession(
        id=ids.uuid7(),
        officer_id=officer.id,
        token_hash=token_hash_of(token),
        started_at=at,
        seen_at=at,
    )
    session.add(begun)
    actor = officer.actor(str(begun.id))
    record(session, "officer.signed_in", by=actor, on=("officers", officer.id))
    session.flush()
    return SignedIn(officer, begun, token)


def _note_refusal(session: Session, officer: Officer | None) -> None:
    who = Actor(kind="officer", id=str(officer.id) if officer else "unknown")
    record(session, "officer.sign_in_refused", by=who, on=("officers", who.id))

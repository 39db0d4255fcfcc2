"""Sign out: end a session for good."""

from sqlalchemy.orm import Session

from service.audit.record import record
from service.foundation import clock
from service.officers.models import Officer, OfficerSession


def sign_out(session: Session, officer: Officer, signed_in: OfficerSession) -> None:
    """End the session an officer uses, because he says so."""
    end_session(session, signed_in)
    actor = officer.actor(str(signed_in.id))
    record(session, "officer.signed_out", by=actor, on=("officers", officer.id))
    session.flush()


def end_session(session: Session, signed_in: OfficerSession) -> None:
    """Let a session's token open nothing any more."""
    if signed_in.ended_at is None:
        signed_in.ended_at = clock.now()
        session.flush()

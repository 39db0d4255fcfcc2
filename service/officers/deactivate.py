"""Deactivate an officer: from the next request on, nothing is his to do or see."""

from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.audit.record import record
from service.officers import queries
from service.officers.models import Officer
from service.officers.sign_out import end_session


def deactivate(session: Session, officer: Officer, *, by: Actor, reason: str) -> None:
    """End an officer's sessions and keep him out; what he did stays."""
    # Under the row's lock: a sign-in of this moment is either ended here or finds him gone.
    session.refresh(officer, with_for_update=True)
    officer.active = False
    for signed_in in queries.open_sessions(session, officer):
        end_session(session, signed_in)
    record(session, "officer.deactivated", by=by, on=("officers", officer.id), reason=reason)
    session.flush()

"""Joiner, mover, leaver: who comes holds nothing yet, who moves keeps nothing, who leaves is out at once."""

from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.audit.moves import move as move_state
from service.audit.record import record
from service.foundation import clock
from service.officers import queries as officer_queries
from service.officers.deactivate import deactivate
from service.officers.holding.grant import REASON_CHARS_MIN, end_grant
from service.officers.holding.hold import hold, standing
from service.officers.holding.problems import GrantIncomplete, OfficerGone
from service.officers.holding.queries import lock, of_officer
from service.officers.models import Officer
from service.officers.register import NameMissing, enrol
from service.officers.sign_out import end_session
from service.officers.signing_keys import revoke_key


def join(
    session: Session, *, username: str, name: str, organisation: str, password: str, by: Actor
) -> Officer:
    """Add an officer who holds nothing yet; duties are asked for and confirmed one by one.

    Raises ``UsernameUnusable``, ``UsernameTaken``, ``NameMissing``, ``PasswordWeak``.
    """
    officer = enrol(
        session, username=username, name=name, organisation=organisation, password=password
    )
    record(session, "officer.joined", by=by, on=("officers", officer.id))
    session.flush()
    return officer


def move(
    session: Session, officer: Officer, organisation: str, *, reason: str, by: Actor
) -> Officer:
    """Let an officer belong to another office: every duty ends, and what is new is asked for anew.

    Raises ``NameMissing``, :class:`GrantIncomplete` (no reason), :class:`OfficerGone`.
    """
    if not 0 < len(organisation.strip()) <= 60:
        raise NameMissing
    said = _said(reason)
    officer = lock(session, officer.id)
    if not officer.active:
        raise OfficerGone
    _end_everything(session, officer, said, by)
    officer.organisation = organisation.strip()
    record(session, "officer.moved", by=by, on=("officers", officer.id), reason=said)
    session.flush()
    return officer


def leave(session: Session, officer: Officer, *, reason: str, by: Actor) -> Officer:
    """End an officer's access: sessions, duties, requests and the signing key.

    Raises :class:`GrantIncomplete` (no reason), :class:`OfficerGone`.
    """
    said = _said(reason)
    officer = lock(session, officer.id)
    if not officer.active:
        raise OfficerGone
    _end_everything(session, officer, said, by)
    deactivate(session, officer, by=by, reason=said)
    return officer


def _end_everything(session: Session, officer: Officer, reason: str, by: Actor) -> None:
    for grant in standing(session, officer):
        end_grant(session, grant, reason=reason, by=by)
    for grant in of_officer(session, officer):
        if grant.state == "asked":
            grant.ended_at = clock.now()
            move_state(session, grant, "refused", by=by, reason=reason)
    hold(session, officer)
    officer.emergency_until = None
    for signed_in in officer_queries.open_sessions(session, officer):
        end_session(session, signed_in)
    key = officer_queries.valid_key(session, officer)
    if key is not None:
        revoke_key(session, key, by=by, reason=reason)


def _said(reason: str) -> str:
    said = reason.strip()
    if len(said) < REASON_CHARS_MIN:
        raise GrantIncomplete(
            f"Say why in at least {REASON_CHARS_MIN} characters.",
            f"请说明理由，不少于 {REASON_CHARS_MIN} 个字符。",
        )
    return said

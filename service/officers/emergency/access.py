"""Read without the duty: one asks with a reason, another witnesses, an auditor looks at it afterwards.

The access opens every act of the table whose row says ``emergency``, all of which only read; it is
over by itself when its minutes are. Signing, sending and deciding stay closed.
"""

from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from service.audit.cosigning.in_force import in_force
from service.audit.moves import event_for, move
from service.audit.record import record
from service.foundation import clock, ids
from service.foundation.problems import NotFound, Problem
from service.officers.emergency.grant import grant_when_witnessed
from service.officers.emergency.models import EmergencyAccess
from service.officers.emergency.queries import open_or_asked_of
from service.officers.holding.queries import lock
from service.officers.may import require
from service.officers.models import Officer

MINUTES_MAX = 60
REASON_CHARS_MIN, REASON_CHARS_MAX = 10, 500


class EmergencyIncomplete(Problem):
    """The reason is missing, or the time is longer than an hour."""

    code = "emergency_incomplete"
    status = 422
    title = "Something is missing"

    def __init__(self) -> None:
        super().__init__(
            f"Say why in {REASON_CHARS_MIN} to {REASON_CHARS_MAX} characters, and for how long: 1 to {MINUTES_MAX} minutes.",
            f"请说明理由（{REASON_CHARS_MIN} 至 {REASON_CHARS_MAX} 个字符）和时长（1 至 {MINUTES_MAX} 分钟）。",
        )


class EmergencyStanding(Problem):
    """The officer has asked already, or may read at this moment."""

    code = "emergency_standing"
    status = 409
    title = "There is one already"

    def __init__(self) -> None:
        super().__init__(
            "You have asked already, or may read at this moment; wait for the answer or the end.",
            "您已提出申请或紧急查阅正在进行，请等待答复或到期。",
        )


class WitnessNeeded(Problem):
    """Nobody confirms an emergency access of his own."""

    code = "witness_needed"
    status = 409
    title = "A second person is needed"

    def __init__(self) -> None:
        super().__init__(
            "Another person confirms an emergency access; nobody confirms the own one. This attempt is recorded.",
            "紧急查阅须由他人确认，本人不得确认。本次操作已记录。",
        )


def ask(
    session: Session, *, minutes: int, reason: str, by: Officer, session_id: str = ""
) -> EmergencyAccess:
    """Ask to read without the duty.

    Raises NotAllowed, :class:`EmergencyIncomplete`, :class:`EmergencyStanding`.
    """
    require(by, "emergency.ask")
    said = reason.strip()
    if not (1 <= minutes <= MINUTES_MAX and REASON_CHARS_MIN <= len(said) <= REASON_CHARS_MAX):
        raise EmergencyIncomplete
    officer = lock(session, by.id)
    if open_or_asked_of(session, officer):
        raise EmergencyStanding
    access = EmergencyAccess(
        id=ids.uuid7(),
        state="asked",
        officer_id=officer.id,
        reason=said,
        minutes=minutes,
        asked_at=clock.now(),
    )
    session.add(access)
    session.flush()
    record(
        session,
        event_for("emergency_accesses", "access", "", "asked"),
        by=by.actor(session_id),
        on=("emergency_accesses", access.id),
        after="asked",
        reason=said,
        details={"minutes": minutes},
    )
    session.flush()
    return access


def confirm(
    session: Session, access_id: UUID, *, by: Officer, session_id: str = ""
) -> EmergencyAccess:
    """Witness an access: it is open from this moment for its minutes.

    Where witnesses of the log are set, it lets nobody read before they confirmed that it was opened.

    Raises NotAllowed, NotFound, IllegalMove, :class:`WitnessNeeded`.
    """
    access, officer = _locked(session, access_id)
    if by.id == officer.id:
        raise WitnessNeeded
    require(by, "emergency.confirm")
    event_for("emergency_accesses", "access", access.state, "open")
    now = clock.now()
    access.confirmed_by, access.confirmed_at = by.id, now
    access.until = now + timedelta(minutes=access.minutes)
    details = {"officer": str(officer.id), "until": access.until.isoformat()}
    move(session, access, "open", by=by.actor(session_id), details=details)
    if in_force() is None:
        officer.emergency_until = access.until
    else:
        grant_when_witnessed(session, access)
    session.flush()
    return access


def end(session: Session, access_id: UUID, *, by: Officer, session_id: str = "") -> EmergencyAccess:
    """End an access before its time, refuse it, or take one's own request back.

    Raises NotAllowed, NotFound, IllegalMove.
    """
    access, officer = _locked(session, access_id)
    is_own = by.id == officer.id
    require(by, "emergency.ask" if is_own else "emergency.confirm")
    to = "closed" if access.state == "open" else "withdrawn" if is_own else "refused"
    event_for("emergency_accesses", "access", access.state, to)
    access.closed_by = str(by.id)
    officer.emergency_until = None
    session.flush()
    move(session, access, to, by=by.actor(session_id), details={"officer": str(officer.id)})
    return access


def review(
    session: Session, access_id: UUID, *, note: str, by: Officer, session_id: str = ""
) -> EmergencyAccess:
    """Keep what the auditor found about an access, once.

    Raises NotAllowed, NotFound, :class:`EmergencyIncomplete` (no note), :class:`EmergencyStanding`
    (not over yet, or reviewed).
    """
    require(by, "emergency.review")
    access, _ = _locked(session, access_id)
    said = note.strip()
    if not REASON_CHARS_MIN <= len(said) <= REASON_CHARS_MAX:
        raise EmergencyIncomplete
    if access.reviewed_at is not None or not is_over(access):
        raise EmergencyStanding
    access.reviewed_by, access.reviewed_at, access.review_note = by.id, clock.now(), said
    record(
        session,
        "emergency.reviewed",
        by=by.actor(session_id),
        on=("emergency_accesses", access.id),
        reason=said,
    )
    session.flush()
    return access


def is_over(access: EmergencyAccess) -> bool:
    """Return whether nothing can be read by an access any more."""
    if access.state == "open":
        return access.until is not None and access.until <= clock.now()
    return access.state != "asked"


def _locked(session: Session, access_id: UUID) -> tuple[EmergencyAccess, Officer]:
    found = session.get(EmergencyAccess, access_id)
    if found is None:
        raise NotFound("emergency access")
    officer = lock(session, found.officer_id)
    access = session.get_one(
        EmergencyAccess, access_id, with_for_update=True, populate_existing=True
    )
    return access, officer

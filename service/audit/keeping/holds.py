"""Place and lift a legal hold, each by two people; it counts from the moment it is asked for."""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.audit.keeping import scopes
from service.audit.keeping.models import AuditHold
from service.audit.keeping.problems import DecidedBefore, SecondPersonNeeded, WhyMissing
from service.audit.readers import require_act
from service.audit.record import record
from service.foundation import clock
from service.foundation.problems import NotFound

ACT = "audit.hold"
_LOCK = 0x484F4C44


def ask(session: Session, scope: str, *, reason: str) -> AuditHold:
    """Ask for a hold; from now on nothing that it covers is erased.

    Raises DutyMissing, :class:`WhyMissing`, ScopeUnclear.
    """
    by = require_act(ACT)
    covered = scopes.read(scope, scopes.HOLDS)
    alone(session)
    hold = AuditHold(
        scope=covered.text,
        from_at=covered.from_at,
        to_at=covered.to_at,
        reason=said(reason),
        asked_by=by.id,
        asked_at=clock.now(),
    )
    session.add(hold)
    session.flush()
    _tell(session, "audit_hold.asked", hold, by, reason)
    return hold


def confirm(session: Session, hold_id: UUID) -> AuditHold:
    """Place a hold that another officer asked for. Raises DutyMissing, NotFound, SecondPersonNeeded."""
    by, hold = require_act(ACT), _locked(session, hold_id)
    if hold.placed_at is not None or hold.lifted_at is not None:
        raise DecidedBefore
    if hold.asked_by == by.id:
        raise SecondPersonNeeded
    hold.placed_by, hold.placed_at = by.id, clock.now()
    session.flush()
    _tell(session, "audit_hold.placed", hold, by)
    return hold


def ask_lift(session: Session, hold_id: UUID, *, reason: str) -> AuditHold:
    """Ask that a hold end; it still counts. Raises as :func:`ask`, and DecidedBefore."""
    by, hold = require_act(ACT), _locked(session, hold_id)
    if hold.lifted_at is not None:
        raise DecidedBefore
    hold.lift_reason = said(reason)
    hold.lift_asked_by, hold.lift_asked_at = by.id, clock.now()
    session.flush()
    _tell(session, "audit_hold.lift_asked", hold, by, reason)
    return hold


def confirm_lift(session: Session, hold_id: UUID) -> AuditHold:
    """End a hold, as another officer asked. Raises as :func:`confirm`."""
    by, hold = require_act(ACT), _locked(session, hold_id)
    if hold.lifted_at is not None or hold.lift_asked_by is None:
        raise DecidedBefore
    if hold.lift_asked_by == by.id:
        raise SecondPersonNeeded
    hold.lifted_by, hold.lifted_at = by.id, clock.now()
    session.flush()
    _tell(session, "audit_hold.lifted", hold, by)
    return hold


def alone(session: Session) -> None:
    """Let nobody place a hold while something is being erased, nor the other way round."""
    session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})


def said(reason: str) -> str:
    """Return a reason; raises :class:`WhyMissing`."""
    if len(reason.strip()) < 4:
        raise WhyMissing
    return reason.strip()[:1_000]


def _locked(session: Session, hold_id: UUID) -> AuditHold:
    hold = session.get(AuditHold, hold_id, with_for_update=True, populate_existing=True)
    if hold is None:
        raise NotFound("page")
    return hold


def _tell(session: Session, act: str, hold: AuditHold, by: Actor, reason: str = "") -> None:
    record(
        session,
        act,
        by=by,
        on=("audit_holds", hold.id),
        reason=reason.strip(),
        details={"scope": hold.scope},
    )

"""Erase sealed content: key and ciphertext go, the entry and its place in the tree stay.

One officer asks, another one decides. Nothing is erased that a hold covers, or whose keeping period
is not over; the database refuses the first as well.
"""

from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, and_, any_, or_, select
from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.audit.keeping import scopes
from service.audit.keeping.holds import alone, said
from service.audit.keeping.kinds import kind_of
from service.audit.keeping.models import AuditErasure, AuditHold
from service.audit.keeping.problems import (
    DecidedBefore,
    KeptByLaw,
    NothingToErase,
    SecondPersonNeeded,
    UnderHold,
)
from service.audit.models import AuditEntry, AuditPayload
from service.audit.readers import require_act
from service.audit.record import record
from service.foundation import clock
from service.foundation.logs import without_numbers
from service.foundation.problems import NotFound

ACT = "audit.erase"


def ask(session: Session, scope: str, *, reason: str) -> AuditErasure:
    """Ask for an erasure; refused at once where it could not be done.

    Raises DutyMissing, WhyMissing, ScopeUnclear, and as :func:`confirm`.
    """
    by = require_act(ACT)
    covered = scopes.read(scope, scopes.ERASURES)
    why = said(reason)
    alone(session)
    _erasable(session, covered.text, clock.today())
    erasure = AuditErasure(scope=covered.text, reason=why, asked_by=by.id, asked_at=clock.now())
    session.add(erasure)
    session.flush()
    _tell(session, "audit_erasure.asked", erasure, by, reason=why)
    return erasure


def confirm(session: Session, erasure_id: UUID, *, on: date | None = None) -> AuditErasure:
    """Erase what another officer asked to have erased.

    Raises DutyMissing, NotFound, :class:`DecidedBefore`, :class:`SecondPersonNeeded`,
    :class:`UnderHold`, :class:`KeptByLaw`, :class:`NothingToErase`.
    """
    by, erasure = require_act(ACT), _locked(session, erasure_id)
    if erasure.asked_by == by.id:
        raise SecondPersonNeeded
    alone(session)
    payloads = _erasable(session, erasure.scope, on or clock.today())
    now = clock.now()
    erasure.decided_by, erasure.decided_at, erasure.erased = by.id, now, len(payloads)
    entry = _tell(
        session, "audit_erasure.done", erasure, by, reason=erasure.reason, payloads=len(payloads)
    )
    session.flush()
    for one in payloads:
        one.key_sealed = one.content = None
        one.erased_at, one.erased_reason = now, without_numbers(erasure.reason)
        one.erased_entry_id = entry
    session.flush()
    return erasure


def refuse(session: Session, erasure_id: UUID, *, reason: str) -> AuditErasure:
    """Refuse a request, or take one's own back. Raises DutyMissing, NotFound, DecidedBefore, WhyMissing."""
    by, erasure = require_act(ACT), _locked(session, erasure_id)
    why = said(reason)
    erasure.decided_by, erasure.decided_at = by.id, clock.now()
    session.flush()
    _tell(session, "audit_erasure.refused", erasure, by, reason=why)
    return erasure


def _erasable(session: Session, scope: str, on: date) -> list[AuditPayload]:
    """Return the payloads of a scope, locked; raises when one of them must stay."""
    within = _within(scope)
    hold = session.scalars(
        select(AuditHold)
        .join(AuditPayload, AuditHold.lifted_at.is_(None))
        .join(AuditEntry, AuditEntry.id == AuditPayload.entry_id)
        .where(within, AuditPayload.erased_at.is_(None), covers())
        .order_by(AuditHold.asked_at)
        .limit(1)
    ).first()
    if hold is not None:
        raise UnderHold(hold.scope, hold.reason, clock.civil(hold.asked_at).date())
    rows = session.execute(
        select(AuditPayload, AuditEntry.act, AuditEntry.at)
        .join(AuditEntry, AuditEntry.id == AuditPayload.entry_id)
        .where(within, AuditPayload.erased_at.is_(None))
        .order_by(AuditPayload.entry_id)
        .with_for_update(of=AuditPayload)
    ).all()
    if not rows:
        raise NothingToErase(scope)
    for _, act, at in rows:
        kind = kind_of(act)
        if on < kind.kept_until(at):
            raise KeptByLaw(act, kind.kept_until(at), (kind.source, kind.source_zh))
    return [payload for payload, _, _ in rows]


def covers() -> ColumnElement[bool]:
    """Return the condition that a hold covers a payload (joined with its entry)."""
    return or_(
        AuditHold.scope == any_(AuditPayload.about),
        and_(AuditEntry.at >= AuditHold.from_at, AuditEntry.at < AuditHold.to_at),
    )


def _within(scope: str) -> ColumnElement[bool]:
    kind, _, value = scope.partition(":")
    if kind == "entry":
        return AuditPayload.entry_id == UUID(value)
    return AuditPayload.about.contains([scope])


def _locked(session: Session, erasure_id: UUID) -> AuditErasure:
    found = session.get(AuditErasure, erasure_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound("page")
    if found.decided_at is not None:
        raise DecidedBefore
    return found


def _tell(
    session: Session, act: str, erasure: AuditErasure, by: Actor, *, reason: str, payloads: int = 0
) -> UUID:
    entry = record(
        session,
        act,
        by=by,
        on=("audit_erasures", erasure.id),
        reason=reason,
        details={"scope": erasure.scope, "payloads": payloads},
    )
    return entry.id

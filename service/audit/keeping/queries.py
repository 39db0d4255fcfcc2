"""Every reading of holds and erasures for people."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.keeping.models import AuditErasure, AuditHold
from service.audit.models import AuditPayload

SHOWN_MAX = 500


@dataclass(frozen=True)
class Hold:
    """One hold; ``state`` is asked, held, lift_asked or lifted, and all but the last one count."""

    id: UUID
    scope: str
    state: str
    reason: str
    asked_by: str
    asked_at: datetime
    placed_by: str | None
    lift_reason: str | None
    lift_asked_by: str | None
    lifted_by: str | None
    lifted_at: datetime | None


@dataclass(frozen=True)
class Erasure:
    """One request; ``state`` is asked, done or refused."""

    id: UUID
    scope: str
    state: str
    reason: str
    asked_by: str
    asked_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    erased: int | None


@dataclass(frozen=True)
class Erased:
    """When and why the content beside an entry was erased."""

    at: datetime
    reason: str


def holds(session: Session) -> list[Hold]:
    """Return the newest holds."""
    found: Sequence[AuditHold] = session.scalars(
        select(AuditHold).order_by(AuditHold.asked_at.desc(), AuditHold.id).limit(SHOWN_MAX)
    ).all()
    return [
        Hold(
            id=one.id, scope=one.scope, state=_state(one), reason=one.reason,
            asked_by=one.asked_by, asked_at=one.asked_at, placed_by=one.placed_by,
            lift_reason=one.lift_reason, lift_asked_by=one.lift_asked_by,
            lifted_by=one.lifted_by, lifted_at=one.lifted_at,
        )
        for one in found
    ]  # fmt: skip


def erasures(session: Session) -> list[Erasure]:
    """Return the newest requests for erasure."""
    found: Sequence[AuditErasure] = session.scalars(
        select(AuditErasure)
        .order_by(AuditErasure.asked_at.desc(), AuditErasure.id)
        .limit(SHOWN_MAX)
    ).all()
    return [
        Erasure(
            id=one.id, scope=one.scope, reason=one.reason, asked_by=one.asked_by,
            asked_at=one.asked_at, decided_by=one.decided_by, decided_at=one.decided_at,
            erased=one.erased,
            state="asked" if one.decided_at is None else "refused" if one.erased is None else "done",
        )
        for one in found
    ]  # fmt: skip


def _state(hold: AuditHold) -> str:
    if hold.lifted_at is not None:
        return "lifted"
    if hold.lift_asked_at is not None:
        return "lift_asked"
    return "held" if hold.placed_at is not None else "asked"


def erased_of(session: Session, entry_ids: Collection[UUID]) -> dict[UUID, Erased]:
    """Return {entry: when and why its content was erased} of those whose content was."""
    rows = session.execute(
        select(AuditPayload.entry_id, AuditPayload.erased_at, AuditPayload.erased_reason).where(
            AuditPayload.entry_id.in_(entry_ids), AuditPayload.erased_at.is_not(None)
        )
    )
    return {entry_id: Erased(at, reason) for entry_id, at, reason in rows if at}

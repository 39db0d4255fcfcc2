"""Where the audit trail stands, for people; `service.oversight.search` searches its entries."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.audit.models import AuditCheckpoint, AuditEntry, AuditLeaf

_LONGEST = timedelta(days=1)
"""No transaction lasts longer: what it recorded is signed, or is younger than the last signature by this."""


@dataclass(frozen=True)
class Chain:
    """Where the trail stands: entries kept, entries under the last signature, and when it was made."""

    entries: int
    signed: int
    signed_at: datetime | None
    root: bytes | None


def chain(session: Session) -> Chain:
    """Return where the trail stands."""
    last = session.scalars(
        select(AuditCheckpoint).order_by(AuditCheckpoint.size.desc()).limit(1)
    ).first()
    waiting = (
        select(func.count())
        .select_from(AuditEntry)
        .outerjoin(AuditLeaf, AuditLeaf.entry_id == AuditEntry.id)
        .where(AuditLeaf.entry_id.is_(None))
    )
    if last is None:
        return Chain(session.scalar(waiting) or 0, 0, None, None)
    # The signed ones are contiguous from the first, so only the newest have to be looked at.
    newer = session.scalar(waiting.where(AuditEntry.at >= last.signed_at - _LONGEST)) or 0
    return Chain(last.size + newer, last.size, last.signed_at, last.root)

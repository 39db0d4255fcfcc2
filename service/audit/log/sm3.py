"""The same leaves under SM3 (GB/T 32905), for whoever must not rely on SHA-256 alone.

Every checkpoint has an SM3 root beside it. It is bound into the log itself: an hour after the last
time, the root at the last checkpoint becomes an entry of the next batch, and covers every leaf before.
"""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM
from service.audit.log.models import Sm3Root
from service.audit.log.tree import Sm3Frontier, sm3_leaf_hash
from service.audit.models import AuditCheckpoint, AuditEntry, AuditLeaf
from service.audit.record import record
from service.foundation import clock

__all__ = ["ACT", "Sm3Frontier", "frontier", "keep", "record_root", "sm3_leaf_hash"]

ACT = "audit_log.sm3_root_recorded"
ON = ("audit_log", "sm3")
_EVERY = timedelta(hours=1)
_BATCH = 10_000


def frontier(session: Session, size: int) -> Sm3Frontier:
    """Return the right edge at ``size`` leaves; read again from the first leaf if it was never kept."""
    kept = session.scalars(
        select(Sm3Root).where(Sm3Root.size <= size).order_by(Sm3Root.size.desc()).limit(1)
    ).first()
    found = Sm3Frontier.load(kept.size, kept.frontier) if kept else Sm3Frontier()
    while found.size < size:
        contents = session.scalars(
            select(AuditEntry.canonical)
            .join(AuditLeaf, AuditLeaf.entry_id == AuditEntry.id)
            .where(AuditLeaf.index >= found.size, AuditLeaf.index < min(found.size + _BATCH, size))
            .order_by(AuditLeaf.index)
        ).all()
        if not contents:
            raise ValueError(f"the entries of the leaves from {found.size} on are missing")
        found.extend(sm3_leaf_hash(one) for one in contents)
    return found


def keep(session: Session, edge: Sm3Frontier) -> None:
    """Keep the root beside the checkpoint of the same size."""
    session.execute(
        insert(Sm3Root)
        .values(size=edge.size, root=edge.root(), frontier=edge.dump())
        .on_conflict_do_nothing()
    )


def record_root(session: Session, last: AuditCheckpoint | None) -> None:
    """Make the SM3 root of the last checkpoint an entry of the coming batch, if the last is old."""
    if last is None:
        return
    since = session.scalar(
        select(AuditEntry.at)
        .where(AuditEntry.object_type == ON[0], AuditEntry.object_id == ON[1])
        .order_by(AuditEntry.at.desc())
        .limit(1)
    ) or session.scalar(select(AuditCheckpoint.signed_at).order_by(AuditCheckpoint.size).limit(1))
    if since is None or clock.now() - since < _EVERY:
        return
    root = session.get(Sm3Root, last.size)
    if root is None:
        return
    record(
        session,
        ACT,
        by=SYSTEM,
        on=ON,
        details={"size": root.size, "sm3_root": root.root.hex()},
    )
    session.flush()

"""Entries that have no place yet: taken in the order of their ids, once they are committed."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from service.audit.log.copying import raw
from service.audit.log.models import WaitingEntry
from service.audit.models import AuditEntry

_TAKE = """
WITH taken AS (
    DELETE FROM audit_waiting
    WHERE entry_id IN (SELECT entry_id FROM audit_waiting ORDER BY entry_id LIMIT %s)
    RETURNING entry_id
)
SELECT e.id, e.canonical FROM taken JOIN audit_entries e ON e.id = taken.entry_id
WHERE NOT EXISTS (SELECT 1 FROM audit_leaves l WHERE l.entry_id = e.id)
ORDER BY e.id
"""
_MEND = """
INSERT INTO audit_waiting (entry_id)
SELECT e.id FROM audit_entries e
WHERE NOT EXISTS (SELECT 1 FROM audit_leaves l WHERE l.entry_id = e.id)
ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True)
class Waiting:
    """How many entries wait for their place, and when the oldest of them was made."""

    entries: int
    oldest_at: datetime | None


def take(session: Session, most: int) -> list[tuple[UUID, bytes]]:
    """Take up to ``most`` waiting entries (id, canonical bytes) out of the queue, in order of ids.

    An entry that has its place already is not given a second one.
    """
    with raw(session).cursor(binary=True) as cursor:
        cursor.execute(_TAKE, [most])
        return [(entry_id, bytes(canonical)) for entry_id, canonical in cursor]


def anything(session: Session) -> bool:
    """Return whether an entry waits."""
    return bool(session.scalar(select(select(WaitingEntry.entry_id).exists())))


def waiting(session: Session) -> Waiting:
    """Return what waits now: the queue is read, never the entries there ever were."""
    entries, oldest_at = session.execute(
        select(func.count(), func.min(AuditEntry.at))
        .select_from(WaitingEntry)
        .join(AuditEntry, AuditEntry.id == WaitingEntry.entry_id)
    ).one()
    return Waiting(entries, oldest_at)


def mend(session: Session) -> int:
    """Put entries back that are in neither queue nor tree; return how many. Reads every entry."""
    result = session.execute(text(_MEND))
    return int(result.rowcount)  # type: ignore[attr-defined]

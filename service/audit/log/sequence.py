"""Sequence committed entries into the tree and sign its new head.

One writer at a time, held by an advisory lock. It takes entries that are committed and wait, never
"ids above the last one": commits do not happen in the order of ids.
"""

from itertools import count
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from service.audit.log import sm3, waiting
from service.audit.log.checkpoints import Checkpoint
from service.audit.log.continues import require_continuation
from service.audit.log.copying import copy_rows
from service.audit.log.log_keys import sign
from service.audit.log.stored import mend_subtrees
from service.audit.log.tree import Frontier, leaf_hash
from service.audit.models import AuditCheckpoint
from service.foundation import clock
from service.foundation.settings import settings

_LOCK = 0x616E78696E
_BATCH = 10_000
MOST_AT_ONCE = 250_000
"""How many entries get one checkpoint: a log that is far behind catches up in several steps."""


def sequence(session: Session) -> int:
    """Give every entry that waits its place and sign the head; return how many were added.

    At most ``MOST_AT_ONCE``: who finds that many asks again. Raises LogForked, HeadMissing and
    HeadDamaged when the database does not continue the trusted head; then nothing is changed.
    """
    session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    last, _ = require_continuation(session)
    if last is None:
        waiting.mend(session)
    if not waiting.anything(session):
        return 0
    frontier = Frontier.load(last.size, last.frontier) if last else Frontier()
    mend_subtrees(session, frontier.size)
    other = sm3.frontier(session, frontier.size)
    sm3.record_root(session, last)
    start = frontier.size
    while frontier.size - start < MOST_AT_ONCE:
        batch = waiting.take(session, _BATCH)
        _append(session, frontier, other, batch)
        if len(batch) < _BATCH:
            break
    if frontier.size > start:
        session.add(_checkpoint(frontier))
        sm3.keep(session, other)
        session.flush()
    return frontier.size - start


def _append(
    session: Session, frontier: Frontier, other: sm3.Sm3Frontier, batch: list[tuple[UUID, bytes]]
) -> None:
    """Add a batch of entries (id, canonical bytes) at the edge of both trees."""
    inner: list[tuple[int, int, bytes]] = []

    def keep(height: int, index: int, root: bytes) -> None:
        inner.append((height, index, root))

    start, leaves = frontier.size, [leaf_hash(canonical) for _, canonical in batch]
    for leaf, (_, canonical) in zip(leaves, batch, strict=True):
        frontier.append(leaf, keep)
        other.append(sm3.sm3_leaf_hash(canonical))
    placed = zip(count(start), (entry_id for entry_id, _ in batch), leaves, strict=False)
    copy_rows(
        session, "audit_leaves", ("index", "entry_id", "leaf_hash"), "int8 uuid bytea", placed
    )
    copy_rows(session, "audit_subtrees", ("height", "index", "root"), "int2 int8 bytea", inner)


def _checkpoint(frontier: Frontier) -> AuditCheckpoint:
    root, at = frontier.root(), clock.now()
    said = Checkpoint(settings().audit_origin, frontier.size, root)
    return AuditCheckpoint(
        size=frontier.size,
        root=root,
        signed_at=at,
        note=sign(said, int(at.timestamp())).write(),
        frontier=frontier.dump(),
    )

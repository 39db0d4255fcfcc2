"""The audit entries about some things, as their canonical bytes, with the proofs that bind them.

The checkpoint is the first that covers the last of them: what is recorded later changes no pack of
a state that did not change.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import rfc8785
from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from service.audit.log.log_keys import keys_of
from service.audit.log.proofs import inclusion_proof
from service.audit.log.stored import Stored
from service.audit.models import AuditCheckpoint, AuditEntry, AuditLeaf

ENTRIES, PROOFS, CHECKPOINT, KEY = (
    "trail/entries.jsonl", "trail/proofs.json", "trail/checkpoint.txt", "trail/log-key.json"
)  # fmt: skip
FORMAT, KEY_FORMAT = "anxin/trail-proofs/v1", "anxin/log-key/v1"
Things = Collection[tuple[str, object]]


@dataclass(frozen=True)
class Trail:
    """What the trail says of some things, ready to be packed."""

    said: dict[str, Any]
    files: list[tuple[str, bytes]]


def trail_of(session: Session, things: Things) -> Trail:
    """Return the entries about (kind, id) pairs in the order of the tree; a few wait for their place."""
    which = [
        and_(AuditEntry.object_type == kind, AuditEntry.object_id == str(thing))
        for kind, thing in things
    ]
    rows = session.execute(
        select(AuditEntry.canonical, AuditLeaf.index.label("place"), AuditLeaf.leaf_hash)
        .outerjoin(AuditLeaf, AuditLeaf.entry_id == AuditEntry.id)
        .where(or_(*which))
        .order_by(AuditLeaf.index)
    ).all()
    placed = [row for row in rows if row.place is not None]
    head = _covering(session, placed[-1].place) if placed else None
    if head is None:
        return Trail({"entries": 0, "waiting": len(rows), "size": None}, [])
    tree = Stored(session).subtree
    proofs: dict[str, Any] = {
        "format": FORMAT,
        "size": head.size,
        "root": head.root.hex(),
        "entries": [
            {
                "index": row.place,
                "leaf_hash": row.leaf_hash.hex(),
                "path": [one.hex() for one in inclusion_proof(row.place, head.size, tree)],
            }
            for row in placed
        ],
    }
    plain = keys_of(session, head.size)[0]
    key = {
        "format": KEY_FORMAT,
        "algorithm": "Ed25519",
        "origin": plain.name,
        "public_key": plain.public.hex(),
    }
    files = [
        (ENTRIES, b"".join(row.canonical + b"\n" for row in placed)),
        (PROOFS, rfc8785.dumps(proofs)),
        (CHECKPOINT, head.note.encode()),
        (KEY, rfc8785.dumps(key)),
    ]
    said = {"entries": len(placed), "waiting": len(rows) - len(placed), "size": head.size}
    return Trail(said, files)


def _covering(session: Session, index: int) -> AuditCheckpoint | None:
    """Return the first signed head under which an index stands."""
    return session.scalars(
        select(AuditCheckpoint)
        .where(AuditCheckpoint.size > index)
        .order_by(AuditCheckpoint.size)
        .limit(1)
    ).first()

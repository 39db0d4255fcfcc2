"""Record an act: insert its entry in the transaction that performs it."""

from typing import Any

import rfc8785
from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.audit.models import AuditEntry
from service.foundation import clock, ids
from service.foundation.logs import without_numbers

VERSION = 1


def record(
    session: Session,
    act: str,
    *,
    by: Actor,
    on: tuple[str, object],
    before: str = "",
    after: str = "",
    reason: str = "",
    details: dict[str, Any] | None = None,
) -> AuditEntry:
    """Insert the entry of one act into the caller's transaction and return it.

    ``act`` is ``noun.participle``; ``on`` is (kind of thing, its id); ``before``/``after`` are
    states; ``reason`` is what somebody said, of which long numbers are blotted out; ``details``
    holds counts, totals and digests: integers and text only, never personal data. Without the
    commit there is no entry, and without the entry there is no commit.
    """
    entry_id, at = ids.uuid7(), clock.now()
    object_type, object_id = on[0], str(on[1])
    canonical = canonical_bytes(
        {
            "version": VERSION,
            "id": str(entry_id),
            "at": at.isoformat(timespec="microseconds"),
            "actor": {
                "kind": by.kind,
                "id": by.id,
                "organisation": by.organisation,
                "session": by.session,
            },
            "act": act,
            "object": {"type": object_type, "id": object_id},
            "before": before,
            "after": after,
            "reason": without_numbers(reason),
            "details": details or {},
        }
    )
    entry = AuditEntry(
        id=entry_id,
        at=at,
        actor_kind=by.kind,
        actor_id=by.id,
        act=act,
        object_type=object_type,
        object_id=object_id,
        canonical=canonical,
    )
    session.add(entry)
    return entry


def canonical_bytes(content: dict[str, Any]) -> bytes:
    """Return RFC 8785 canonical JSON; integers beyond 2**53 must be given as text."""
    return rfc8785.dumps(content)

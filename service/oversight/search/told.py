"""That an auditor looked for something is an entry too: what it came to, never what was typed."""

import hashlib
import json
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.audit.models import AuditEntry
from service.audit.record import record
from service.foundation import clock
from service.foundation.encryption import sealer
from service.oversight.search.wanted import Wanted

SEARCHED, EXPORTED, PERSON_SEARCHED, TIMELINE_READ = (
    "audit.searched",
    "audit.exported",
    "audit.person_searched",
    "audit.timeline_read",
)
OWN_READING = (SEARCHED, EXPORTED, PERSON_SEARCHED, TIMELINE_READ)
"""What auditors' own looking is recorded as."""
_TRAIL = ("audit_entries", "search")
_AGAIN = timedelta(minutes=1)
"""Leafing through the same search within this time is one look."""
_TYPED = ("officer", "organisation", "thing", "kind", "act")
"""Words that people type; somebody may type an ID number into any of them."""


def searched(
    session: Session, wanted: Wanted, resolved: dict[str, Any], *, by: Actor, act: str = SEARCHED
) -> None:
    """Record a search with what its words came to and a keyed digest of each word.

    The same search of the same auditor can be recognised by its digests, and nothing can be read
    from them. A search about a person is recorded on that person.
    """
    person = wanted.person_id
    typed = {name: term_digest(getattr(wanted, name)) for name in _TYPED if getattr(wanted, name)}
    details = {"found": _plain(resolved), "terms": typed}
    on = ("persons", str(person)) if person is not None else _TRAIL
    remember(session, act, by=by, on=on, details=details)


def remember(
    session: Session, act: str, *, by: Actor, on: tuple[str, str], details: dict[str, Any]
) -> None:
    """Record a look of an auditor, unless the last minute holds the same one."""
    said = session.scalars(
        select(AuditEntry.canonical).where(
            AuditEntry.actor_id == by.id,
            AuditEntry.at > clock.now() - _AGAIN,
            AuditEntry.act == act,
            AuditEntry.object_type == on[0],
            AuditEntry.object_id == on[1],
        )
    )
    if any(json.loads(one).get("details") == details for one in said):
        return
    record(session, act, by=by, on=on, details=details)
    session.flush()


def term_digest(term: str) -> str:
    """Return a keyed digest of what was typed: equal for equal words, and nothing else can be told."""
    return hashlib.sha256(sealer().index(term, "audit_search")).hexdigest()[:24]


def _plain(resolved: dict[str, Any]) -> dict[str, Any]:
    """Return details of text and whole numbers alone; a surrogate number is text beyond 2**53."""
    return {name: str(value) if name == "person" else value for name, value in resolved.items()}

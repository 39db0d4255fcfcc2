"""What was done to a batch or a line, by whom and why, as the audit trail keeps it."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.models import AuditEntry
from service.officers.models import Officer


@dataclass(frozen=True)
class Happened:
    """One act on a thing, as the audit trail keeps it; ``who`` is empty for the system itself."""

    at: datetime
    act: str
    who: str
    reason: str
    details: dict[str, Any]


def history(session: Session, kind: str, thing: object, acts: Collection[str]) -> list[Happened]:
    """Return what was done to a batch (``batches``) or a line (``payments``), newest first."""
    entries = session.scalars(
        select(AuditEntry)
        .where(
            AuditEntry.object_type == kind,
            AuditEntry.object_id == str(thing),
            AuditEntry.act.in_(acts),
        )
        .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
    ).all()
    wanted = {UUID(entry.actor_id) for entry in entries if entry.actor_kind == "officer"}
    named = officer_names(session, wanted)
    found = []
    for entry in entries:
        said = json.loads(entry.canonical)
        who = named.get(entry.actor_id, "")
        found.append(Happened(entry.at, entry.act, who, said["reason"], said["details"]))
    return found


def officer_names(session: Session, officer_ids: Collection[UUID]) -> dict[str, str]:
    """Return {officer id as text: name and organisation}."""
    if not officer_ids:
        return {}
    rows = session.execute(
        select(Officer.id, Officer.name, Officer.organisation).where(Officer.id.in_(officer_ids))
    )
    return {str(row.id): f"{row.name} · {row.organisation}" for row in rows}

"""Every reading of the audit trail for people: where the chain stands, and entries by act and object."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from service.audit.models import AuditCheckpoint, AuditEntry, AuditLeaf

ENTRIES_PER_PAGE = 50


@dataclass(frozen=True)
class Chain:
    """Where the trail stands: entries kept, entries under the last signature, and when it was made."""

    entries: int
    signed: int
    signed_at: datetime | None
    root: bytes | None


@dataclass(frozen=True)
class Search:
    """What is looked for; empty means everything. Values are compared exactly, but acts by prefix."""

    act: str = ""
    object_type: str = ""
    object_id: str = ""

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return the search as conditions."""
        found: list[ColumnElement[bool]] = []
        if self.act:
            found.append(AuditEntry.act.startswith(self.act, autoescape=True))
        if self.object_type:
            found.append(AuditEntry.object_type == self.object_type)
        if self.object_id:
            found.append(AuditEntry.object_id == self.object_id)
        return found


@dataclass(frozen=True)
class Entry:
    """One entry as its canonical bytes say it, and its place in the tree (None: not signed yet)."""

    id: UUID
    index: int | None
    at: datetime
    said: dict[str, Any]


def chain(session: Session) -> Chain:
    """Return where the trail stands."""
    last = session.scalars(
        select(AuditCheckpoint).order_by(AuditCheckpoint.size.desc()).limit(1)
    ).first()
    entries = session.scalar(select(func.count()).select_from(AuditEntry)) or 0
    if last is None:
        return Chain(entries, 0, None, None)
    return Chain(entries, last.size, last.signed_at, last.root)


def entries(session: Session, search: Search, *, page: int = 1) -> tuple[list[Entry], int]:
    """Return one page of entries, newest first, and how many the search finds."""
    conditions = search.conditions()
    total = session.scalar(select(func.count()).select_from(AuditEntry).where(*conditions)) or 0
    rows = session.execute(
        select(AuditEntry, AuditLeaf.index)
        .outerjoin(AuditLeaf, AuditLeaf.entry_id == AuditEntry.id)
        .where(*conditions)
        .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
        .offset((page - 1) * ENTRIES_PER_PAGE)
        .limit(ENTRIES_PER_PAGE)
    )
    found = [Entry(entry.id, index, entry.at, json.loads(entry.canonical)) for entry, index in rows]
    return found, total


def object_types(session: Session) -> Sequence[str]:
    """Return the kinds of things that entries are about."""
    return session.scalars(
        select(AuditEntry.object_type).distinct().order_by(AuditEntry.object_type)
    ).all()

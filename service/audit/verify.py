"""Verify the audit trail from the first entry, and name the first one that is wrong."""

import json
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from service.audit.log.head import kept_head
from service.audit.log.log_keys import Era, eras, open_checkpoint
from service.audit.log.note import NoteMalformed
from service.audit.log.note_keys import NoteNotSigned
from service.audit.log.tree import Frontier, leaf_hash
from service.audit.models import AuditCheckpoint, AuditEntry, AuditLeaf


@dataclass(frozen=True)
class Verdict:
    """What verification found: ``first_bad`` is the index of the first wrong entry, if any."""

    entries: int
    verified: bool
    first_bad: int | None = None
    sentence: str = ""
    sentence_zh: str = ""


def verify(session: Session) -> Verdict:
    """Recompute every leaf, every signed root, and compare with the head kept outside.

    The columns that repeat an entry's content must say what its signed bytes say, or a search
    would tell another story than the trail.
    """
    checkpoints = {
        checkpoint.size: checkpoint
        for checkpoint in session.scalars(select(AuditCheckpoint).order_by(AuditCheckpoint.size))
    }
    frontier, signed_up_to, known = Frontier(), 0, eras(session)
    rows = session.execute(
        select(AuditLeaf.index, AuditLeaf.leaf_hash, *AuditEntry.__table__.columns)
        .outerjoin(AuditEntry, AuditEntry.id == AuditLeaf.entry_id)
        .order_by(AuditLeaf.index)
        .execution_options(yield_per=5_000)
    )
    for entry in rows:
        index, kept_hash, content = entry[0], entry[1], entry.canonical
        if index != frontier.size:
            return _bad(frontier.size, "is missing", "缺失")
        if content is None or leaf_hash(content) != kept_hash or not _repeats(entry):
            return _bad(index, "was changed", "被改动")
        frontier.append(kept_hash)
        checkpoint = checkpoints.pop(frontier.size, None)
        if checkpoint is not None:
            if not _signed(checkpoint, frontier, known):
                return _bad(signed_up_to, "or a later one was changed", "或其后的记录被改动")
            signed_up_to = frontier.size
    if checkpoints:
        return _bad(frontier.size, "is missing", "缺失")
    if signed_up_to != frontier.size:
        return _bad(signed_up_to, "was added without a signature", "未经签署而加入")
    return _against_head(frontier, session, known)


def _repeats(entry: Row[Any]) -> bool:
    """Return whether the columns say the same as the canonical bytes."""
    said = json.loads(entry.canonical)
    return bool(
        said["id"] == str(entry.id)
        and said["at"] == entry.at.astimezone(UTC).isoformat(timespec="microseconds")
        and said["actor"]["kind"] == entry.actor_kind
        and said["actor"]["id"] == entry.actor_id
        and said["act"] == entry.act
        and said["object"] == {"type": entry.object_type, "id": entry.object_id}
    )


def _signed(checkpoint: AuditCheckpoint, frontier: Frontier, known: list[Era]) -> bool:
    try:
        said = open_checkpoint(checkpoint.note, known).checkpoint
    except (NoteMalformed, NoteNotSigned):
        return False
    return said.size == frontier.size and said.root == frontier.root() == checkpoint.root


def _against_head(frontier: Frontier, session: Session, known: list[Era]) -> Verdict:
    try:
        kept = kept_head()
        head = open_checkpoint(kept, known).checkpoint if kept is not None else None
    except (NoteMalformed, NoteNotSigned):
        return _bad(
            0, "cannot be compared: the head kept outside is damaged", "无法比对：外存签头已损坏"
        )
    if head is not None:
        size, root = head.size, head.root
        if size > frontier.size:
            return _bad(frontier.size, "is missing", "缺失")
        earlier = session.get(AuditCheckpoint, size)
        if earlier is None or earlier.root != root:
            return _bad(
                0, "or a later one differs from what was signed", "或其后的记录与已签内容不同"
            )
    return Verdict(entries=frontier.size, verified=True)


def _bad(index: int, what: str, what_zh: str) -> Verdict:
    return Verdict(
        entries=index,
        verified=False,
        first_bad=index,
        sentence=f"Audit entry {index} {what}.",
        sentence_zh=f"第 {index} 条审计记录{what_zh}。",
    )

"""Verify the audit trail from the first entry, and name the first one that is wrong."""

import json
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from cryptography.exceptions import InvalidSignature
from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from service.audit.log.sequence import open_note, remembered_head
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
    frontier, signed_up_to = Frontier(), 0
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
            if not _signed(checkpoint, frontier):
                return _bad(signed_up_to, "or a later one was changed", "或其后的记录被改动")
            signed_up_to = frontier.size
    if checkpoints:
        return _bad(frontier.size, "is missing", "缺失")
    if signed_up_to != frontier.size:
        return _bad(signed_up_to, "was added without a signature", "未经签署而加入")
    return _against_head(frontier, session)


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


def _signed(checkpoint: AuditCheckpoint, frontier: Frontier) -> bool:
    try:
        size, root = open_note(checkpoint.note)
    except (InvalidSignature, ValueError):
        return False
    return size == frontier.size and root == frontier.root() == checkpoint.root


def _against_head(frontier: Frontier, session: Session) -> Verdict:
    try:
        head = remembered_head()
    except (InvalidSignature, ValueError):
        return _bad(
            0, "cannot be compared: the head kept outside is damaged", "无法比对：外存签头已损坏"
        )
    if head is not None:
        size, root = head
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

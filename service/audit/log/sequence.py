"""Sequence committed entries into the tree and sign its new head.

One writer at a time, held by an advisory lock. It takes rows that are committed and have no leaf
yet, never "ids above the last one": commits do not happen in the order of ids.
"""

import base64
import os
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from service.audit.log.tree import Frontier, leaf_hash
from service.audit.models import AuditCheckpoint, AuditEntry, AuditLeaf
from service.foundation import clock
from service.foundation.encryption import key
from service.foundation.problems import Problem
from service.foundation.settings import settings

ORIGIN = "anxin.county/audit"
_LOCK = 0x616E78696E
_BATCH = 10_000


class LogForked(Problem):
    """The database's log does not continue the last head that was signed."""

    code = "log_forked"
    status = 500
    title = "The audit log does not continue what was signed"

    def __init__(self, signed: int, found: int) -> None:
        super().__init__(
            f"The audit log in the database has {found} signed entries, but {signed} were signed before; "
            "nothing more is signed until this is explained (a restored backup, or a second system).",
            f"数据库中的审计日志有 {found} 条已签记录，而此前已签 {signed} 条；在查明原因前不再签署。",
        )


def sequence(session: Session) -> int:
    """Give every committed entry its place; return how many were added.

    Raises :class:`LogForked` when the database is behind the head kept outside it.
    """
    session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    last = session.scalars(
        select(AuditCheckpoint).order_by(AuditCheckpoint.size.desc()).limit(1)
    ).first()
    _refuse_fork(session, last)
    frontier = Frontier.load(last.size, last.frontier) if last else Frontier()
    start = frontier.size
    while True:
        waiting = session.execute(
            select(AuditEntry.id, AuditEntry.canonical)
            .outerjoin(AuditLeaf, AuditLeaf.entry_id == AuditEntry.id)
            .where(AuditLeaf.entry_id.is_(None))
            .order_by(AuditEntry.id)
            .limit(_BATCH)
        ).all()
        if not waiting:
            break
        for entry_id, canonical in waiting:
            leaf = leaf_hash(canonical)
            session.add(AuditLeaf(index=frontier.size, entry_id=entry_id, leaf_hash=leaf))
            frontier.append(leaf)
        session.flush()
    if frontier.size > start:
        session.add(_checkpoint(frontier))
        session.flush()
    return frontier.size - start


def remember_head(session: Session) -> None:
    """Write the last committed head to the file outside the database, after the commit."""
    last = session.scalars(
        select(AuditCheckpoint).order_by(AuditCheckpoint.size.desc()).limit(1)
    ).first()
    if last is None:
        return
    path = head_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    kept = remembered_head()
    if kept and kept[0] >= last.size:
        return
    fresh = path.with_suffix(f".{os.getpid()}")
    fresh.write_text(last.note, encoding="utf-8")
    fresh.replace(path)


def head_file() -> Path:
    return settings().data_dir / "audit" / "head"


def remembered_head() -> tuple[int, bytes] | None:
    """Return (size, root) of the head kept outside the database, or None before the first."""
    path = head_file()
    if not path.exists():
        return None
    return open_note(path.read_text(encoding="utf-8"))


def open_note(note: str) -> tuple[int, bytes]:
    """Check a checkpoint's signature and return (size, root); raises InvalidSignature."""
    body, _, signature_line = note.partition("\n\n")
    body += "\n"
    signature = base64.b64decode(signature_line.split(" ")[-1])
    public_key().verify(signature, body.encode())
    origin, size, root = body.splitlines()[:3]
    if origin != ORIGIN:
        raise InvalidSignature
    return int(size), base64.b64decode(root)


def public_key() -> Ed25519PublicKey:
    return _private_key().public_key()


def _private_key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(key("log"))


def _checkpoint(frontier: Frontier) -> AuditCheckpoint:
    root = frontier.root()
    body = f"{ORIGIN}\n{frontier.size}\n{base64.b64encode(root).decode()}\n"
    signature = base64.b64encode(_private_key().sign(body.encode())).decode()
    return AuditCheckpoint(
        size=frontier.size,
        root=root,
        signed_at=clock.now(),
        note=f"{body}\n— {ORIGIN} {signature}",
        frontier=frontier.dump(),
    )


def _refuse_fork(session: Session, last: AuditCheckpoint | None) -> None:
    kept = remembered_head()
    if kept is None:
        return
    size, root = kept
    # A longer log is no continuation either unless it went through the head that was signed.
    same = session.get(AuditCheckpoint, size)
    if last is None or same is None or same.root != root:
        raise LogForked(size, last.size if last else 0)

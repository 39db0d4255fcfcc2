"""Lay the published log into write-once storage, piece by piece; no file is ever written again.

A piece is a pack of entries (canonical bytes, and the ciphertext of sealed content, its keys never)
and then its manifest, which names the pack by digest, holds the checkpoint of its end and the digest
of the manifest before. Every name says the range and the digest of its content, and appears only when
the file is whole and read-only. Whatever stops it: what a manifest names is there, and the next run
goes on after the last one. Only one runs at a time.
"""

import hashlib
import json
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from service.audit.keeping.problems import ArchiveBroken
from service.audit.log.head import sync_folder
from service.audit.log.publish import last_published
from service.audit.models import AuditEntry, AuditLeaf, AuditPayload

FORM = "anxin/audit/archive/v1"
PIECE_ENTRIES = 20_000
_LOCK = 0x61726368


@dataclass(frozen=True)
class Manifest:
    """One manifest as it lies there: its bytes' digest, and what they say."""

    path: Path
    digest: str
    said: dict[str, Any]


def archive(session: Session, folder: Path) -> tuple[int, int]:
    """Bring ``folder`` up to the last published checkpoint; return (entries added, entries there).

    Raises :class:`ArchiveBroken` when what is there does not hang together or is of another log, and
    OSError: then what was there is still whole.
    """
    session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    folder.mkdir(parents=True, exist_ok=True)
    last = _last(folder)
    start = int(last.said["to"]) if last else 0
    if last is not None:
        _require_ours(session, last)
    head = last_published(session)
    before, number, done = (last.digest, int(last.said["number"]), start) if last else ("", 0, 0)
    while head is not None and done < head.size:
        end = min(done + PIECE_ENTRIES, head.size)
        pack = b"".join(_lines(session, done, end))
        digest = hashlib.sha256(pack).hexdigest()
        name = f"{done:012d}-{end:012d}-{digest[:32]}.jsonl"
        write_once(folder, name, pack)
        number += 1
        said = {
            "form": FORM, "number": number, "before": before, "from": done, "to": end,
            "pack": name, "sha256": digest, "bytes": len(pack),
            "checkpoint": head.note if end == head.size else "",
        }  # fmt: skip
        content = json.dumps(said, ensure_ascii=False, sort_keys=True, indent=1).encode() + b"\n"
        before = hashlib.sha256(content).hexdigest()
        write_once(folder, f"manifest-{number:08d}-{before[:32]}.json", content)
        done = end
    return done - start, done


def manifests(folder: Path) -> list[Manifest]:
    """Return the manifests in order; raises :class:`ArchiveBroken` where one is missing or changed."""
    found: list[Manifest] = []
    for path in sorted(folder.glob("manifest-*.json")):
        content = path.read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        before = found[-1] if found else None
        try:
            said = json.loads(content)
            fits = (
                said["form"] == FORM
                and path.name == f"manifest-{said['number']:08d}-{digest[:32]}.json"
                and said["number"] == len(found) + 1
                and said["before"] == (before.digest if before else "")
                and said["from"] == (before.said["to"] if before else 0)
                and said["from"] < said["to"]
            )
        except (ValueError, KeyError, TypeError):
            fits = False
        if not fits:
            raise ArchiveBroken(path.name)
        found.append(Manifest(path, digest, said))
    return found


def write_once(folder: Path, name: str, content: bytes) -> None:
    """Write a file that never changes again: read-only, on disk, and whole before its name is there.

    A file of that name with the same bytes is left as it is; with others :class:`ArchiveBroken`.
    """
    target = folder / name
    if target.exists():
        if target.read_bytes() != content:
            raise ArchiveBroken(name)
        return
    making = folder / f".{name}.{secrets.token_hex(4)}.part"
    descriptor = os.open(making, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
    try:
        with os.fdopen(descriptor, "wb") as handle:
            handle.write(content)
            handle.flush()
            os.fchmod(handle.fileno(), 0o444)
            os.fsync(handle.fileno())
        # A link fails where the name is taken; a rename would put itself in its place.
        os.link(making, target)
    finally:
        making.unlink(missing_ok=True)
    sync_folder(folder)


def _last(folder: Path) -> Manifest | None:
    found = manifests(folder)
    return found[-1] if found else None


def _require_ours(session: Session, last: Manifest) -> None:
    """Refuse a folder that holds another log's entries, or a later state of this one."""
    end = int(last.said["to"])
    newest = session.scalar(select(AuditLeaf.leaf_hash).where(AuditLeaf.index == end - 1))
    pack = last.path.parent / str(last.said["pack"])
    try:
        line = pack.read_bytes().splitlines()[-1]
        said = json.loads(line)["entry"].encode()
    except (OSError, ValueError, KeyError, IndexError):
        raise ArchiveBroken(pack.name) from None
    if newest is None or hashlib.sha256(b"\x00" + said).digest() != newest:
        raise ArchiveBroken(last.path.name)


def _lines(session: Session, start: int, end: int) -> Iterator[bytes]:
    rows = session.execute(
        select(AuditLeaf.index, AuditEntry.canonical, AuditPayload.about, AuditPayload.content)
        .join(AuditEntry, AuditEntry.id == AuditLeaf.entry_id)
        .outerjoin(AuditPayload, AuditPayload.entry_id == AuditEntry.id)
        .where(AuditLeaf.index >= start, AuditLeaf.index < end)
        .order_by(AuditLeaf.index)
        .execution_options(yield_per=2_000)
    )
    for index, canonical, about, content in rows:
        said: dict[str, Any] = {"index": index, "entry": bytes(canonical).decode()}
        if about is not None:
            said["about"] = about
            said["sealed"] = bytes(content).hex() if content is not None else None
        yield json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"

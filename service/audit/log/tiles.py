"""Lay the published log out as files (C2SP tlog-tiles), which anybody may serve, copy and check.

Every file is whole on disk before its name is, and the checkpoint comes last: whatever stops the
export, the files verify under the checkpoint that is there, and the next run goes on. They hold the
entries' canonical bytes, so never anything personal in the clear.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.log.checkpoints import Checkpoint
from service.audit.log.head import sync_folder, write_safely
from service.audit.log.log_keys import eras, open_checkpoint
from service.audit.log.note import NoteMalformed
from service.audit.log.note_keys import NoteNotSigned
from service.audit.log.proofs import ProofWrong, check_consistency, consistency_proof
from service.audit.log.publish import last_published
from service.audit.log.stored import Stored
from service.audit.log.tile_paths import (
    CHECKPOINT,
    ENTRIES,
    WIDTH,
    bundle,
    tile_path,
    tiles_of,
    width_of,
)
from service.audit.models import AuditEntry, AuditLeaf
from service.foundation.problems import Problem

_LOCK = ".lock"


class TilesNotOurs(Problem):
    """The folder holds another log's files, or a later state than the database's."""

    code = "tiles_not_ours"
    status = 409
    title = "Those files are not this log's"

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"{folder / CHECKPOINT} is no earlier checkpoint of this log; nothing was written there.",
            f"{folder / CHECKPOINT} 不是本日志更早的检查点；未写入任何文件。",
        )


def export_tiles(session: Session, folder: Path) -> int:
    """Bring the files in ``folder`` up to the last published checkpoint; return its size.

    Raises :class:`TilesNotOurs`, and OSError: then what was there is still whole.
    """
    last = last_published(session)
    if last is None:
        return 0
    known = eras(session)
    now = open_checkpoint(last.note, known).checkpoint
    folder.mkdir(parents=True, exist_ok=True)
    with _locked(folder):
        before = _exported(session, folder, now)
        if before == now.size:
            return before
        changed = _Folders(folder)
        for path, content in _files(session, before, now.size):
            changed.write(path, content)
        changed.sync()
        write_safely(folder / CHECKPOINT, last.note.encode())
        _drop_partial(folder, before, now.size)
    return now.size


class _Folders:
    """Writes files and makes the names in all their folders safe on disk at the end."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._touched: set[Path] = {root}

    def write(self, path: str, content: bytes) -> None:
        whole = self._root / path
        whole.parent.mkdir(parents=True, exist_ok=True)
        self._touched.update(
            one for one in whole.parents if one == self._root or self._root in one.parents
        )
        write_safely(whole, content, sync_names=False)

    def sync(self) -> None:
        for folder in sorted(self._touched, reverse=True):
            sync_folder(folder)


def _files(session: Session, before: int, size: int) -> Iterator[tuple[str, bytes]]:
    """Yield (path, content) of every tile and bundle that a tree grown from ``before`` needs."""
    stored = Stored(session)
    for level, hashes in tiles_of(size):
        had = before >> (8 * level)
        for index in range(had // WIDTH, -(-hashes // WIDTH)):
            width = width_of(index, hashes)
            held = stored.tile(level, index)
            first = index * WIDTH
            yield (
                tile_path(level, index, width),
                b"".join(held[at] for at in range(first, first + width)),
            )
            stored.forget()
    for index in range(before // WIDTH, -(-size // WIDTH)):
        width = width_of(index, size)
        yield tile_path(ENTRIES, index, width), bundle(_entries(session, index * WIDTH, width))


def _entries(session: Session, first: int, count: int) -> list[bytes]:
    return [
        bytes(one)
        for one in session.scalars(
            select(AuditEntry.canonical)
            .join(AuditLeaf, AuditLeaf.entry_id == AuditEntry.id)
            .where(AuditLeaf.index >= first, AuditLeaf.index < first + count)
            .order_by(AuditLeaf.index)
        )
    ]


def _exported(session: Session, folder: Path, now: Checkpoint) -> int:
    """Return the size that the folder's files have; 0 for an empty one."""
    try:
        text = (folder / CHECKPOINT).read_bytes().decode("utf-8", errors="replace")
    except FileNotFoundError:
        return 0
    try:
        was = open_checkpoint(text, eras(session)).checkpoint
        proof = consistency_proof(was.size, now.size, Stored(session).subtree)
        check_consistency(was.size, now.size, was.root, now.root, proof)
    except (NoteMalformed, NoteNotSigned, ProofWrong, ValueError, KeyError):
        raise TilesNotOurs(folder) from None
    return was.size


def _drop_partial(folder: Path, before: int, size: int) -> None:
    """Remove partial tiles whose full ones are there now; the specification allows it."""
    kinds: list[tuple[int | str, int, int]] = [(ENTRIES, before, size)]
    kinds += [(level, before >> (8 * level), hashes) for level, hashes in tiles_of(size)]
    for kind, had, has in kinds:
        index = had // WIDTH
        if had % WIDTH and has // WIDTH > index:
            partial = folder / f"{tile_path(kind, index)}.p"
            for one in partial.iterdir() if partial.is_dir() else ():
                one.unlink(missing_ok=True)
            if partial.is_dir():
                partial.rmdir()


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    descriptor = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)

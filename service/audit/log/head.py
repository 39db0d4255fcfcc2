"""The trusted head: the last published checkpoint, in a file that the database's keeper cannot reach.

Whoever can write this file can make the log sign two histories; whoever can write the database
cannot. It is only replaced by who knows what it held (compare and swap), and is safe on disk, with
its folder, before anybody sees the checkpoint.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from service.foundation.settings import settings


class HeadMoved(Exception):
    """Somebody else replaced the head meanwhile."""


def head_file() -> Path:
    """Return where the trusted head lies."""
    return settings().audit_head_file or settings().data_dir / "audit" / "head"


def kept_head() -> str | None:
    """Return the kept checkpoint as it was written, or None before the first.

    Bytes that are no text are kept as marks, so that they fail to verify and not to be read.
    """
    try:
        return head_file().read_bytes().decode("utf-8", errors="replace")
    except FileNotFoundError:
        return None


def swap_head(expected: str | None, note: str) -> None:
    """Replace the head by ``note`` if it still is ``expected``; raises :class:`HeadMoved`.

    Returns when the new content and its name are on disk; after an OSError the old one or the new
    one is there, whole.
    """
    path = head_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    with _locked(path):
        if kept_head() != expected:
            raise HeadMoved
        write_safely(path, note.encode())


def write_safely(path: Path, content: bytes, *, sync_names: bool = True, mode: int = 0o644) -> None:
    """Put a file in its place in one step: its content is on disk before its name is.

    With ``sync_names=False`` the caller makes the folder safe afterwards, for many files at once.
    """
    fresh = path.with_name(f"{path.name}.{uuid4().hex}.new")
    try:
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
        try:
            _write_all(descriptor, content)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        fresh.replace(path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
    if sync_names:
        sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder safe on disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write_all(descriptor: int, content: bytes) -> None:
    left = memoryview(content)
    while left:
        left = left[os.write(descriptor, left) :]


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    descriptor = os.open(
        path.with_name(f"{path.name}.lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644
    )
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)

"""Put a finished folder in its place: all of it or nothing, on the disk, and read-only."""

import os
from pathlib import Path


def place(fresh: Path, target: Path) -> bool:
    """Move ``fresh`` to ``target`` beside it and say whether it was this call that put it there.

    A target that is already there stays as it is: a snapshot never changes.
    """
    for path in fresh.iterdir():
        # Nobody outside the service's own group reads them: the facts are of real people.
        path.chmod(0o440)
        _sync(path)
    _sync(fresh)
    try:
        # Onto a folder that holds files this fails, also when another process was first.
        fresh.rename(target)
    except OSError:
        if not target.is_dir():
            raise
        return False
    target.chmod(0o550)
    _sync(target.parent)
    return True


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

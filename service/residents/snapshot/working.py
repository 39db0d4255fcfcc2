"""The folder in which plain facts exist for the minutes of a freeze, and no longer."""

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PREFIX = ".freezing-"
_ABANDONED_SECONDS = 3600


@contextmanager
def working_folder(home: Path) -> Iterator[Path]:
    """Make a folder in ``home`` that nobody else may enter, and remove it with all it holds.

    Folders that a killed process left behind more than an hour ago are removed first.
    """
    home.mkdir(parents=True, exist_ok=True)
    sweep(home)
    # mkdtemp gives the folder mode 0700.
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=home))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def sweep(home: Path) -> int:
    """Remove abandoned working folders and return how many there were."""
    found = 0
    for left in home.glob(f"{_PREFIX}*"):
        try:
            age = time.time() - _newest(left)
        except OSError:
            continue  # Its own process is just removing it.
        if age > _ABANDONED_SECONDS:
            shutil.rmtree(left, ignore_errors=True)
            found += 1
    return found


def _newest(folder: Path) -> float:
    return max(path.stat().st_mtime for path in (folder, *folder.rglob("*")))

"""Open a snapshot: every byte is checked before anything is decided from it."""

import json
from pathlib import Path
from typing import Any

from service.foundation.settings import settings
from service.residents.models import Snapshot
from service.residents.snapshot.manifest import FILE, digest_of, sha256_of
from service.residents.snapshot.problems import SnapshotDamaged


def open_snapshot(snapshot: Snapshot, folder: Path | None = None) -> Path:
    """Return the folder that holds ``person.parquet``, ``household.parquet`` and ``land.parquet``.

    ``folder`` is the directory of all snapshots, from the settings if not given. Raises
    :class:`~.problems.SnapshotDamaged` naming every file that is not what was frozen.
    """
    home = (folder or settings().snapshots_dir) / snapshot.folder
    damaged = damaged_files(home, snapshot.manifest, snapshot.digest)
    if damaged:
        raise SnapshotDamaged(snapshot.folder, damaged)
    return home


def damaged_files(home: Path, manifest: dict[str, Any], digest: str) -> list[str]:
    """Return the names of the files in ``home`` that differ from the manifest or are not there."""
    found = []
    if digest_of(manifest) != digest or not _says(home / FILE, digest):
        found.append(FILE)
    for table, frozen in manifest["tables"].items():
        path = home / f"{table}.parquet"
        if not path.is_file() or sha256_of(path) != frozen["sha256"]:
            found.append(path.name)
    return found


def _says(path: Path, digest: str) -> bool:
    try:
        return digest_of(json.loads(path.read_bytes())) == digest
    except (OSError, ValueError, AttributeError):
        return False

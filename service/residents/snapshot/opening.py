"""Open a snapshot: every byte is checked before anything is decided from it."""

import json
from pathlib import Path
from typing import Any

from service.foundation.settings import settings
from service.residents.models import Snapshot
from service.residents.snapshot.at_rest import changed, scan
from service.residents.snapshot.manifest import FILE, digest_of
from service.residents.snapshot.problems import SnapshotDamaged


def open_snapshot(snapshot: Snapshot, folder: Path | None = None) -> Path:
    """Check a snapshot and return the folder of its files; :func:`read_table` reads them.

    ``folder`` is the directory of all snapshots, from the settings if not given. Raises
    :class:`~.problems.SnapshotDamaged` naming every file that is not what was frozen, and
    :class:`~.problems.SnapshotKeyWrong` if this installation's key does not open them.
    """
    home = (folder or settings().snapshots_dir) / snapshot.folder
    damaged = damaged_files(home, snapshot.manifest, snapshot.digest, snapshot.files)
    if damaged:
        raise SnapshotDamaged(snapshot.folder, damaged)
    for table in snapshot.manifest["tables"]:
        read_table(snapshot, table, folder)
    return home


def read_table(snapshot: Snapshot, table: str, folder: Path | None = None) -> Any:
    """Return table ``person``, ``household`` or ``land`` as an Arrow dataset, read lazily.

    Register it with DuckDB like a view. Open the snapshot first: here only the file's own
    protection is looked at, when a part of it is read.
    """
    path = (folder or settings().snapshots_dir) / snapshot.folder / f"{table}.parquet"
    files = snapshot.files or {}
    if path.name not in files or not path.is_file():
        raise SnapshotDamaged(snapshot.folder, [path.name])
    return scan(path, purpose_of(snapshot.digest), files[path.name]["key_version"])


def purpose_of(digest: str) -> str:
    """Return what the key of a snapshot's files is derived for."""
    return f"snapshot:{digest}"


def damaged_files(
    home: Path, manifest: dict[str, Any], digest: str, files: dict[str, Any] | None
) -> list[str]:
    """Return the names of the files in ``home`` that are not as kept, or are not there."""
    found = []
    if digest_of(manifest) != digest or not says(home / FILE, digest):
        found.append(FILE)
    expected = {f"{table}.parquet" for table in manifest["tables"]}
    found += sorted(expected - (files or {}).keys())
    return found + changed(home, files or {})


def says(path: Path, digest: str) -> bool:
    """Say whether a manifest file is there and has this digest."""
    try:
        return digest_of(json.loads(path.read_bytes())) == digest
    except (OSError, ValueError, AttributeError):
        return False

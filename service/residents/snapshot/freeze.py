"""Freeze the facts of a pay month: files that never change, and one row that names them."""

import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.audit.record import record
from service.foundation import clock, ids
from service.foundation.months import Month
from service.foundation.settings import settings
from service.residents.models import Snapshot
from service.residents.snapshot.build import build
from service.residents.snapshot.manifest import FILE, canonical, digest_of, make_manifest
from service.residents.snapshot.opening import damaged_files
from service.residents.snapshot.place import place
from service.residents.snapshot.problems import SnapshotDamaged


def freeze(session: Session, month: Month, *, by: Actor, folder: Path | None = None) -> Snapshot:
    """Freeze what is known now about ``month`` and return its snapshot.

    Unchanged data give the snapshot that is there already. The files go to
    ``<month>-<first 12 digits of the digest>`` under ``folder`` (from the settings if not given);
    a rolled-back transaction leaves them for the next freeze to find. Raises
    :class:`~.problems.RecordsUnreadable`, :class:`~.problems.SubjectTwice` and
    :class:`~.problems.SnapshotDamaged` (files of the same snapshot are there, but changed).
    """
    home = folder or settings().snapshots_dir
    home.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=".freezing-", dir=home))
    try:
        as_known_at, county = clock.now(), settings().county_division
        built = build(session, month, county, fresh)
        manifest = make_manifest(month, as_known_at, county, built, fresh)
        known = session.scalars(_named(month, digest_of(manifest))).one_or_none()
        manifest = known.manifest if known else manifest
        manifest = _put(fresh, home, manifest)
        return known or _keep(session, month, manifest, by)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def folder_name(manifest: dict[str, Any]) -> str:
    """Return the name of a snapshot's folder."""
    return f"{manifest['month']}-{digest_of(manifest)[:12]}"


def _named(month: Month, digest: str) -> Select[Snapshot]:
    return select(Snapshot).where(Snapshot.month == str(month), Snapshot.digest == digest)


def _put(fresh: Path, home: Path, manifest: dict[str, Any]) -> dict[str, Any]:
    """Put the files in place and return the manifest that lies beside them."""
    (fresh / FILE).write_bytes(canonical(manifest))
    target = home / folder_name(manifest)
    if place(fresh, target):
        return manifest
    damaged = damaged_files(target, manifest, digest_of(manifest))
    if damaged:
        # We hold the right bytes, but a changed snapshot is something a person must look at.
        raise SnapshotDamaged(target.name, damaged)
    found: dict[str, Any] = json.loads((target / FILE).read_bytes())
    return found


def _keep(session: Session, month: Month, manifest: dict[str, Any], by: Actor) -> Snapshot:
    digest = digest_of(manifest)
    snapshot_id = session.scalar(
        insert(Snapshot)
        .values(
            id=ids.uuid7(),
            month=str(month),
            digest=digest,
            manifest=manifest,
            folder=folder_name(manifest),
            taken_at=clock.now(),
        )
        # Another process may have frozen the same facts since we looked.
        .on_conflict_do_nothing(index_elements=["month", "digest"])
        .returning(Snapshot.id)
    )
    if snapshot_id:
        rows = {table: frozen["rows"] for table, frozen in manifest["tables"].items()}
        details = {"month": str(month), "digest": digest, "rows": rows}
        record(session, "snapshot.frozen", by=by, on=("snapshot", snapshot_id), details=details)
    return session.scalars(_named(month, digest)).one()

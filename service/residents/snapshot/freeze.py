"""Freeze the facts of a pay month: files that never change, and one row that names them."""

import json
import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.audit.record import record
from service.foundation import clock, ids
from service.foundation.encryption import sealer
from service.foundation.months import Month
from service.foundation.settings import settings
from service.residents.models import Snapshot
from service.residents.snapshot.at_rest import encrypt, opens_whole, sha256_of
from service.residents.snapshot.build import TABLES, build
from service.residents.snapshot.manifest import FILE, canonical, digest_of, make_manifest
from service.residents.snapshot.opening import damaged_files, purpose_of, says
from service.residents.snapshot.place import place
from service.residents.snapshot.problems import SnapshotDamaged
from service.residents.snapshot.working import working_folder


def freeze(
    session: Session,
    month: Month,
    *,
    by: Actor,
    folder: Path | None = None,
    as_known_at: datetime | None = None,
    relied_at: datetime | None = None,
) -> Snapshot:
    """Freeze what is known about ``month`` and return its snapshot.

    ``as_known_at`` asks what was known at that instant, now if not given: corrections, merges and
    confirmations since then do not count. ``relied_at``: the month's lists were decided then, so an
    undated value that was first said after it is unknown of the month. The same facts give the
    snapshot that is there already.
    The encrypted files go to ``<month>-<first 12 digits of the digest>`` under ``folder`` (from
    the settings if not given); a rolled-back transaction leaves them for the next freeze to find.
    Raises :class:`~.problems.RecordsUnreadable`, :class:`~.problems.SubjectTwice` and
    :class:`~.problems.SnapshotDamaged` (files of the same snapshot are there, but changed).
    """
    home = folder or settings().snapshots_dir
    with working_folder(home) as working:
        plain = working / "plain"
        plain.mkdir()
        county, looked_at = settings().county_division, as_known_at or clock.now()
        built = build(session, month, county, plain, as_known_at, relied_at=relied_at)
        manifest = make_manifest(month, looked_at, county, built, plain)
        known = session.scalars(_named(month, digest_of(manifest))).one_or_none()
        target = home / folder_name(manifest)
        if known is not None and target.is_dir():
            _refuse_damage(target, known)
            return known
        manifest = known.manifest if known else manifest
        manifest, files = _put(plain, working / "encrypted", target, manifest)
        if known is not None:
            known.files = files
            session.flush()
            return known
        return _keep(session, month, manifest, files, by)


def folder_name(manifest: dict[str, Any]) -> str:
    """Return the name of a snapshot's folder."""
    return f"{manifest['month']}-{digest_of(manifest)[:12]}"


def _named(month: Month, digest: str) -> Select[Snapshot]:
    return select(Snapshot).where(Snapshot.month == str(month), Snapshot.digest == digest)


def _refuse_damage(target: Path, known: Snapshot) -> None:
    damaged = damaged_files(target, known.manifest, known.digest, known.files)
    if damaged:
        # We hold the right facts, but a changed snapshot is something a person must look at.
        raise SnapshotDamaged(target.name, damaged)


def _put(
    plain: Path, encrypted: Path, target: Path, manifest: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Put encrypted files in place; return the manifest that lies beside them, and the files."""
    if not target.is_dir():
        encrypted.mkdir(mode=0o700)
        purpose = purpose_of(digest_of(manifest))
        files = {
            f"{table}.parquet": encrypt(
                plain / f"{table}.parquet", encrypted / f"{table}.parquet", purpose
            )
            for table in TABLES
        }
        shutil.rmtree(plain)
        (encrypted / FILE).write_bytes(canonical(manifest))
        if place(encrypted, target):
            return manifest, files
    return _take_over(target, digest_of(manifest))


def _take_over(target: Path, digest: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return manifest and files that a rolled-back freeze, or one beside ours, has put there.

    Nobody without the key can have written a file that opens under this snapshot's name.
    """
    versions = sorted(sealer().ring.keys, reverse=True)
    files: dict[str, Any] = {}
    damaged = [] if says(target / FILE, digest) else [FILE]
    for path in (target / f"{table}.parquet" for table in TABLES):
        opening = (
            v for v in versions if path.is_file() and opens_whole(path, purpose_of(digest), v)
        )
        version = next(opening, None)
        if version is None:
            damaged.append(path.name)
        else:
            files[path.name] = {"sha256": sha256_of(path), "key_version": version}
    if damaged:
        raise SnapshotDamaged(target.name, damaged)
    manifest: dict[str, Any] = json.loads((target / FILE).read_bytes())
    return manifest, files


def _keep(
    session: Session, month: Month, manifest: dict[str, Any], files: dict[str, Any], by: Actor
) -> Snapshot:
    digest = digest_of(manifest)
    snapshot_id = session.scalar(
        insert(Snapshot)
        .values(
            id=ids.uuid7(),
            month=str(month),
            digest=digest,
            manifest=manifest,
            files=files,
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

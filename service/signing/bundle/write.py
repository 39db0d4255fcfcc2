"""Write a batch's bundle: what was signed, what it was computed from, and how to check it."""

import hashlib
import os
import shutil
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import rfc8785
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.batches.models import Batch
from service.batches.submit import leaves
from service.foundation.problems import Problem
from service.officers.models import Officer, SigningKey
from service.signing.bank_files import files_of, written_lines_of
from service.signing.bundle.left_out import left_out
from service.signing.bundle.readme import readme
from service.signing.bundle.time_stamp import REQUEST, RESPONSE, STAMPED
from service.signing.manifest import all_of, may_leave_out
from service.signing.models import Manifest, Signature, SigningChallenge
from service.signing.signers.evidence import kept
from service.signing.signers.time_stamps.stamp import content_of, stamp_of
from service.signing.standalone.held import HELD
from service.signing.standalone.recount import BUNDLE_FORMAT

SIGNATURES_FORMAT = "anxin/signatures/v1"


class BundleExists(Problem):
    """There is something already where the bundle would be written."""

    code = "bundle_exists"
    status = 409
    title = "There is something already"

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path.name} is there already; name an empty folder.",
            f"{path.name} 已存在，请指定空文件夹。",
        )


def write_bundle(session: Session, batch: Batch, folder: Path) -> Path:
    """Write the bundle of the batch's present round into ``folder``/<batch number>; return that folder.

    Only its owner can read it: it holds names and accounts. Raises BundleExists, SealBroken.
    """
    home = folder / batch.batch_no
    if home.exists():
        raise BundleExists(home)
    (home / "files").mkdir(parents=True, mode=0o700)
    home.chmod(0o700)
    digests = {name: _write(home / name, parts) for name, parts in _contents(session, batch)}
    listed: dict[str, Any] = {"format": BUNDLE_FORMAT, "files": digests}
    _write(home / "bundle.json", [rfc8785.dumps(listed)])
    return home


def packed(home: Path) -> Path:
    """Pack a bundle's folder into a zip beside it, remove the folder, and return the zip."""
    path = home.with_name(f"{home.name}.zip")
    if path.exists():
        raise BundleExists(path)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with (
        os.fdopen(descriptor, "wb") as handle,
        zipfile.ZipFile(handle, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for found in sorted(home.rglob("*")):
            if found.is_file():
                archive.write(found, found.relative_to(home).as_posix())
    shutil.rmtree(home)
    return path


def _contents(session: Session, batch: Batch) -> Iterator[tuple[str, Iterable[bytes]]]:
    manifests = all_of(session, batch)
    for manifest in manifests:
        yield f"manifest-{manifest.position}.json", [manifest.canonical]
    first = manifests[0]
    if first.screening is not None and first.notice is not None:
        yield "screening.json", [first.screening]
        yield "notice.json", [first.notice]
    yield "lines.jsonl", (part for leaf in leaves(session, batch) for part in (leaf, b"\n"))
    for name, content in files_of(session, batch):
        yield f"files/{name}", [content]
    if may_leave_out(first):
        leaves_written = written_lines_of(session, batch)
        yield "written.jsonl", (part for leaf in leaves_written for part in (leaf, b"\n"))
        yield HELD, [rfc8785.dumps(left_out(session, batch))]
    signatures = signatures_of(session, manifests)
    yield "signatures.json", [rfc8785.dumps(signatures)]
    stamp = stamp_of(session, batch)
    if stamp is not None:
        yield REQUEST, [stamp.request]
        yield RESPONSE, [stamp.response]
        yield STAMPED, [content_of(session, batch)]
    yield "README.txt", [readme(first, signatures["signatures"]).encode()]


def signatures_of(session: Session, manifests: Iterable[Manifest]) -> dict[str, Any]:
    """Return the signatures with everything that is needed to verify them."""
    found = []
    for manifest in manifests:
        row = session.execute(
            select(Signature, Officer, SigningKey, SigningChallenge)
            .join(Officer, Officer.id == Signature.officer_id)
            .join(SigningKey, SigningKey.id == Signature.key_id)
            .outerjoin(SigningChallenge, SigningChallenge.nonce == Signature.nonce)
            .where(Signature.manifest_id == manifest.id)
        ).first()
        if row is not None:
            given = _signature(manifest, row[0], row[1], row[2], row[3])
            evidence = {name: one.hex() for name, one in kept(session, row[0]).items()}
            found.append({**given, "evidence": evidence})
    return {"format": SIGNATURES_FORMAT, "signatures": found}


def _signature(
    manifest: Manifest,
    signature: Signature,
    officer: Officer,
    key: SigningKey,
    challenge: SigningChallenge | None,
) -> dict[str, Any]:
    return {
        "position": manifest.position,
        "officer": str(officer.id),
        "name": officer.name,
        "organisation": officer.organisation,
        "role": challenge.role if challenge else "",
        "nonce": challenge.nonce.hex() if challenge else "",
        "expires_at": challenge.expires_at.isoformat() if challenge else "",
        "algorithm": signature.algorithm,
        "public_key": key.public_key.hex(),
        "credential_id": (key.credential_id or b"").hex(),
        "certificate": (key.certificate or b"").hex(),
        "chain": [one.hex() for one in key.chain],
        "subject": officer.username,
        "signature": signature.signature.hex(),
        "signed_at": signature.signed_at.isoformat(),
    }


def _write(path: Path, parts: Iterable[bytes]) -> str:
    """Write a file that only its owner reads; return its SHA-256 in hex."""
    digest = hashlib.sha256()
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as handle:
        for part in parts:
            digest.update(part)
            handle.write(part)
    return digest.hexdigest()

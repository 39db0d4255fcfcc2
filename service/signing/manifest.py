"""Make the manifest of a prepared batch: everything a signer answers for, in canonical bytes."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import rfc8785
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.batches.models import Batch
from service.batches.queries import acts_of, holds_of
from service.foundation import clock
from service.signing.models import Manifest

FORMAT = "anxin/batch-manifest/v1"


@dataclass(frozen=True)
class SealedFile:
    """One bank file as the manifest binds it."""

    channel: str
    file_name: str
    file_reference: str
    debtor_account: str
    execution_date: str
    count: int
    amount_fen: int
    sha256: str
    sm3: str


def make(session: Session, batch: Batch, files: Sequence[SealedFile]) -> Manifest:
    """Keep the manifest of the batch's present round; the same content again is the same row."""
    canonical = rfc8785.dumps(content_of(session, batch, files))
    manifest = Manifest(
        batch_id=batch.id,
        round=batch.round,
        canonical=canonical,
        digest=hashlib.sha256(canonical).digest(),
        made_at=clock.now(),
    )
    session.add(manifest)
    session.flush()
    return manifest


def content_of(session: Session, batch: Batch, files: Sequence[SealedFile]) -> dict[str, Any]:
    """Return what is signed; amounts are integer fen."""
    return {
        "format": FORMAT,
        "batch_no": batch.batch_no,
        "batch_id": str(batch.id),
        "round": batch.round,
        "kind": batch.kind,
        "programme": batch.programme,
        "month": batch.month,
        "count": batch.frozen_count,
        "amount_fen": batch.frozen_fen,
        "lines_root": (batch.lines_root or b"").hex(),
        "rule_digest": batch.rule_digest,
        "snapshot_digest": batch.snapshot_digest,
        "held_by_control": holds_of(session, batch),
        "controls_off": batch.controls_off or [],
        "acts": [
            {"officer": str(done.officer_id), "act": done.act, "at": done.at.isoformat()}
            for done in acts_of(session, batch)
            if done.round == batch.round and done.act in {"submitted", "approved"}
        ],
        "files": [asdict(file) for file in sorted(files, key=lambda file: file.file_reference)],
    }


def of_batch(session: Session, batch: Batch) -> Manifest | None:
    """Return the manifest of the batch's present round, if it has been made."""
    return session.scalars(
        select(Manifest).where(Manifest.batch_id == batch.id, Manifest.round == batch.round)
    ).first()


def content(manifest: Manifest) -> dict[str, Any]:
    """Return the manifest's content as signed."""
    parsed: dict[str, Any] = json.loads(manifest.canonical)
    return parsed

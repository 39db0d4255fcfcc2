"""Make the manifest of a prepared batch: everything a signer answers for, in canonical bytes.

The first signature's manifest is made with the bank files. Each further one repeats it and names the
signatures before it, so that signature n covers those from 1 to n-1.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import rfc8785
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.batches.controls import ABOUT_DEATHS
from service.batches.models import Batch
from service.batches.queries import acts_of
from service.batches.withheld.queries import held_before
from service.foundation import clock
from service.foundation.ids import reference_of
from service.officers.models import SigningKey
from service.signing.grounds import notice_of, screening_of
from service.signing.models import Manifest, Signature
from service.signing.required import signatures_required

FORMAT = "anxin/batch-manifest/v3"
FORMAT_V2 = "anxin/batch-manifest/v2"
FORMAT_V1 = "anxin/batch-manifest/v1"
VALID_FOR = timedelta(days=30)
"""What is not signed and handed over in this time is approved anew."""


@dataclass(frozen=True)
class SealedFile:
    """One bank file as the manifest binds it; ``lines_root`` is "" before version 3."""

    channel: str
    file_name: str
    file_reference: str
    debtor_account: str
    execution_date: str
    count: int
    amount_fen: int
    sha256: str
    sm3: str
    lines_root: str = ""


HOLDING = {
    "rule": "anxin/holding/v1",
    "lines": "may be left out, never added or changed",
    "sum": "sent + held = signed",
    "officers": 2,
    "duty": "dispatch.send",
    "without_officers": sorted(ABOUT_DEATHS),
}
"""What is signed about holding: how a line may be left out of a signed list without a new signature.

Two officers with the duty and a reason; or nobody, where one of the controls about deaths finds one
before the file goes.
"""


def may_leave_out(manifest: Manifest) -> bool:
    """Return whether its signers agreed to the rule of holding: from version 3 on."""
    return content(manifest).get("holding") == HOLDING


def make(session: Session, batch: Batch, files: Sequence[SealedFile]) -> Manifest:
    """Keep the manifest for the first signature of the batch's present round."""
    screening = rfc8785.dumps(screening_of(session, batch))
    notice = rfc8785.dumps(notice_of(session, batch))
    made_at = clock.now().replace(microsecond=0)
    content = {
        "format": FORMAT,
        **bound_v3(session, batch, files),
        "screening_digest": hashlib.sha256(screening).hexdigest(),
        "notice_digest": hashlib.sha256(notice).hexdigest(),
        "signatures_required": signatures_required(session, batch),
        "prior_signatures": [],
        "made_at": made_at.isoformat(),
        "expires_at": (made_at + VALID_FOR).isoformat(),
    }
    return _keep(session, content, batch.id, batch.round, 1, screening, notice)


def make_next(session: Session, manifest: Manifest, signature: Signature) -> Manifest:
    """Keep the manifest for the signature after this one."""
    said = content(manifest)
    said["prior_signatures"] = [
        *said["prior_signatures"],
        described(session, manifest, signature),
    ]
    return _keep(
        session,
        said,
        manifest.batch_id,
        manifest.round,
        manifest.position + 1,
        manifest.screening,
        manifest.notice,
    )


def described(session: Session, manifest: Manifest, signature: Signature) -> dict[str, Any]:
    """Return a signature as the manifests after it name it."""
    key = session.get_one(SigningKey, signature.key_id)
    return {
        "position": manifest.position,
        "officer": str(signature.officer_id),
        "algorithm": signature.algorithm,
        "key": hashlib.sha256(key.public_key).hexdigest(),
        "manifest": manifest.digest.hex(),
        "signature": hashlib.sha256(signature.signature).hexdigest(),
        "signed_at": signature.signed_at.isoformat(),
    }


def bound_v3(session: Session, batch: Batch, files: Sequence[SealedFile]) -> dict[str, Any]:
    """Return what version 3 binds: of each file what it says of its lines, and the rule of holding."""
    return {
        **bound(session, batch, files),
        "files": [asdict(file) for file in _in_order(files)],
        "holding": HOLDING,
        "held": _held(session, batch),
    }


def _held(session: Session, batch: Batch) -> dict[str, Any]:
    """Return the lines that were left out in earlier rounds: they are in no file of this one."""
    lines = held_before(session, batch)
    return {
        "count": len(lines),
        "amount_fen": sum(amount_fen for _, amount_fen in lines),
        "lines": [reference_of(number) for number, _ in lines],
    }


def _in_order(files: Sequence[SealedFile]) -> list[SealedFile]:
    return sorted(files, key=lambda file: file.file_reference)


def bound(session: Session, batch: Batch, files: Sequence[SealedFile]) -> dict[str, Any]:
    """Return what every version binds: what must still be so when the batch is sent; amounts in fen."""
    return {
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
        "controls_off": batch.controls_off or [],
        "acts": [
            {"officer": str(done.officer_id), "act": done.act, "at": done.at.isoformat()}
            for done in acts_of(session, batch)
            if done.round == batch.round and done.act not in {"signed", "returned"}
        ],
        "files": [
            {name: said for name, said in asdict(file).items() if name != "lines_root"}
            for file in _in_order(files)
        ],
    }


def of_batch(session: Session, batch: Batch) -> Manifest | None:
    """Return the newest manifest of the batch's present round: the one to sign, or the last signed."""
    return session.scalars(
        select(Manifest)
        .where(Manifest.batch_id == batch.id, Manifest.round == batch.round)
        .order_by(Manifest.position.desc())
    ).first()


def all_of(session: Session, batch: Batch) -> list[Manifest]:
    """Return the manifests of the batch's present round, in the order of their signatures."""
    return list(
        session.scalars(
            select(Manifest)
            .where(Manifest.batch_id == batch.id, Manifest.round == batch.round)
            .order_by(Manifest.position)
        )
    )


def content(manifest: Manifest) -> dict[str, Any]:
    """Return the manifest's content as signed."""
    parsed: dict[str, Any] = json.loads(manifest.canonical)
    return parsed


def _keep(
    session: Session,
    said: dict[str, Any],
    batch_id: UUID,
    round_no: int,
    position: int,
    screening: bytes | None,
    notice: bytes | None,
) -> Manifest:
    canonical = rfc8785.dumps(said)
    manifest = Manifest(
        batch_id=batch_id,
        round=round_no,
        position=position,
        canonical=canonical,
        digest=hashlib.sha256(canonical).digest(),
        screening=screening,
        notice=notice,
        made_at=clock.now(),
    )
    session.add(manifest)
    session.flush()
    return manifest

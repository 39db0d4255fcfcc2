"""Verify a batch's signatures as they must hold at the moment of sending."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.batches.models import Batch
from service.foundation import clock
from service.foundation.problems import Problem
from service.officers.may import Matter, may
from service.officers.models import Officer, SigningKey
from service.signing.challenge import message_of, message_v1
from service.signing.earlier_manifests import content_of_v1, content_of_v2
from service.signing.frozen_lines import as_frozen
from service.signing.manifest import (
    FORMAT,
    FORMAT_V1,
    FORMAT_V2,
    SealedFile,
    all_of,
    bound_v3,
    content,
    described,
)
from service.signing.models import Manifest, Signature, SigningChallenge
from service.signing.sign import check_signature
from service.signing.signers.evidence import kept, require_not_revoked_since
from service.signing.signers.time_stamps.stamp import require_stamped

_NOT_REBUILT = frozenset({"held_by_control", "signatures_required", "prior_signatures"}) | {
    "screening_digest",
    "notice_digest",
    "made_at",
    "expires_at",
}
"""What belongs to the moment of freezing; the kept bytes and the signatures are compared instead."""


class NotSigned(Problem):
    """What would be sent is not what was signed, or is not signed by someone who may."""

    code = "not_signed"
    status = 409
    title = "This is not validly signed"

    def __init__(self, batch: Batch, why: str, why_zh: str) -> None:
        super().__init__(
            f"{batch.batch_no} cannot be sent: {why}. It is stopped; tell the auditor.",
            f"{batch.batch_no} 不能发送：{why_zh}。已停止，请告知审计人员。",
        )


def require_signed(
    session: Session,
    batch: Batch,
    files: Sequence[SealedFile],
    *,
    begun: bool = False,
    file_id: UUID | None = None,
) -> None:
    """Raise NotSigned unless lines, totals and file bytes are those signed, by signers who still are.

    ``file_id`` names the one file that is about to be sent: see `frozen_lines` for what is read then.
    ``begun`` says that a file of the batch was handed to a bank before: what has begun is finished
    after the approval's last day, and nothing is begun then.
    """
    manifests = all_of(session, batch)
    if not manifests or any(_damaged(one) for one in manifests):
        raise NotSigned(batch, "its manifest is missing or damaged", "清单缺失或损坏")
    if not as_frozen(session, batch, file_id):
        raise NotSigned(batch, "its lines were changed after the freeze", "明细在冻结后被改动")
    signed = content(manifests[0])
    now = _rebuilt(session, batch, files, signed)
    different = sorted(
        name
        for name in {*signed, *now}
        if name not in _NOT_REBUILT and signed.get(name) != now.get(name)
    )
    if different:
        listed = ", ".join(different)
        raise NotSigned(
            batch, f"it differs from what was signed in: {listed}", f"与所签内容不同：{listed}"
        )
    if not begun and "expires_at" in signed:
        _require_unexpired(batch, signed)
    _require_signatures(session, batch, manifests, signed, begun=begun)
    if not begun:
        require_stamped(session, batch)


def _damaged(manifest: Manifest) -> bool:
    if hashlib.sha256(manifest.canonical).digest() != manifest.digest:
        return True
    said = content(manifest)
    grounds = (("screening_digest", manifest.screening), ("notice_digest", manifest.notice))
    return any(
        name in said and hashlib.sha256(kept or b"").hexdigest() != said[name]
        for name, kept in grounds
    )


def _rebuilt(
    session: Session, batch: Batch, files: Sequence[SealedFile], signed: dict[str, Any]
) -> dict[str, Any]:
    if signed.get("format") == FORMAT_V1:
        return content_of_v1(session, batch, files)
    if signed.get("format") == FORMAT_V2:
        return content_of_v2(session, batch, files)
    return {"format": FORMAT, **bound_v3(session, batch, files)}


def _require_unexpired(batch: Batch, signed: dict[str, Any]) -> None:
    if clock.now() > datetime.fromisoformat(signed["expires_at"]):
        raise NotSigned(batch, "its approval has expired", "审批已过有效期")


def _require_signatures(
    session: Session,
    batch: Batch,
    manifests: Sequence[Manifest],
    signed: dict[str, Any],
    *,
    begun: bool,
) -> None:
    prior: list[dict[str, Any]] = []
    signers: set[object] = set()
    others = {done["officer"] for done in signed["acts"]}
    for manifest in manifests:
        said = content(manifest)
        if {**said, "prior_signatures": prior} != {**signed, "prior_signatures": prior} or (
            said.get("prior_signatures", []) != prior
        ):
            raise NotSigned(batch, "its manifests contradict each other", "各签名清单相互矛盾")
        found = _signature_over(session, manifest)
        if found is None:
            break
        signature, officer, key, challenge = found
        if not may(officer, "signing.sign", Matter(kind="batch", programme=batch.programme)):
            raise NotSigned(batch, "its signer is no longer a signer", "签发人已不具备签发职责")
        if officer.id in signers or str(officer.id) in others:
            raise NotSigned(
                batch, "one person acted twice in its chain", "同一人员在审批链中出现两次"
            )
        signers.add(officer.id)
        check_signature(
            _message(batch, manifest, signature, challenge),
            officer,
            key,
            signature.signature,
            kept(session, signature),
            signature.signed_at,
        )
        if not begun:
            require_not_revoked_since(key, officer, signature.signed_at)
        prior = [*prior, described(session, manifest, signature)]
    required = signed.get("signatures_required", 1)
    if not signers:
        raise NotSigned(batch, "nobody has signed it", "尚无人签名")
    if len(signers) < required:
        raise NotSigned(
            batch,
            f"it has {len(signers)} of {required} signatures",
            f"需 {required} 人签名，现有 {len(signers)} 人",
        )


def _signature_over(
    session: Session, manifest: Manifest
) -> tuple[Signature, Officer, SigningKey, SigningChallenge | None] | None:
    row = session.execute(
        select(Signature, Officer, SigningKey, SigningChallenge)
        .join(Officer, Officer.id == Signature.officer_id)
        .join(SigningKey, SigningKey.id == Signature.key_id)
        .outerjoin(SigningChallenge, SigningChallenge.nonce == Signature.nonce)
        .where(Signature.manifest_id == manifest.id)
    ).first()
    return (row[0], row[1], row[2], row[3]) if row is not None else None


def _message(
    batch: Batch, manifest: Manifest, signature: Signature, challenge: SigningChallenge | None
) -> bytes:
    """Return what must have been signed; only a manifest of version 1 does without a challenge."""
    if challenge is None:
        if content(manifest).get("format") != FORMAT_V1:
            raise NotSigned(batch, "a signature answers no challenge", "签名缺少挑战值")
        return message_v1(manifest.digest, signature.officer_id)
    if (
        challenge.manifest_id != manifest.id
        or challenge.officer_id != signature.officer_id
        or challenge.used_at is None
        or signature.signed_at > challenge.expires_at
    ):
        raise NotSigned(batch, "a signature answers another challenge", "签名对应其他挑战值")
    return message_of(manifest, challenge)

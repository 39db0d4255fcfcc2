"""Verify a batch's signatures as they must hold at the moment of sending."""

import hashlib
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.batches.models import Batch
from service.batches.submit import lines_root
from service.foundation.problems import Problem
from service.officers.models import Officer, SigningKey
from service.signing.manifest import SealedFile, content, content_of, of_batch
from service.signing.models import Signature
from service.signing.sign import check_signature


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


def require_signed(session: Session, batch: Batch, files: Sequence[SealedFile]) -> None:
    """Raise NotSigned unless lines, totals and file bytes are those signed, by a signer who still is one."""
    manifest = of_batch(session, batch)
    if manifest is None or hashlib.sha256(manifest.canonical).digest() != manifest.digest:
        raise NotSigned(batch, "its manifest is missing or damaged", "清单缺失或损坏")
    if lines_root(session, batch) != batch.lines_root:
        raise NotSigned(batch, "its lines were changed after the freeze", "明细在冻结后被改动")
    signed = content(manifest)
    now = content_of(session, batch, files)
    different = [name for name in signed if name != "held_by_control" and signed[name] != now[name]]
    if different:
        listed = ", ".join(different)
        raise NotSigned(
            batch, f"it differs from what was signed in: {listed}", f"与所签内容不同：{listed}"
        )
    found = session.execute(
        select(Signature, Officer, SigningKey)
        .join(Officer, Officer.id == Signature.officer_id)
        .join(SigningKey, SigningKey.id == Signature.key_id)
        .where(Signature.manifest_id == manifest.id)
    ).all()
    if not found:
        raise NotSigned(batch, "nobody has signed it", "尚无人签名")
    for signature, officer, key in found:
        if not officer.has("signer"):
            raise NotSigned(batch, "its signer is no longer a signer", "签发人已不具备签发职责")
        check_signature(manifest, officer, key, signature.signature)

"""Take an officer's signature over a batch's manifest, or refuse it with the reason."""

from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy.orm import Session

from service.audit.moves import IllegalMove, move
from service.batches.acts import act
from service.batches.models import Batch
from service.foundation import clock
from service.foundation.jobs import enqueue
from service.foundation.problems import NotFound, Problem
from service.officers.may import require
from service.officers.models import Officer, SigningKey
from service.signing.manifest import of_batch
from service.signing.models import Manifest, Signature

ALGORITHM = "Ed25519"
"""As officers register it (`officers.signing_keys`)."""
_DOMAIN = b"anxin/batch-signature/v1\x00"


class SignatureRefused(Problem):
    """A signature that does not hold."""

    code = "signature_refused"
    status = 422
    title = "The signature was refused"

    def __init__(self, why: str, why_zh: str) -> None:
        super().__init__(
            f"The signature was refused: {why}. Nothing was signed.",
            f"签名被拒绝：{why_zh}。未生效。",
        )


def message(manifest: Manifest, officer_id: UUID) -> bytes:
    """Return the bytes an officer signs: a domain, the manifest's digest, and who signs."""
    return _DOMAIN + manifest.digest + officer_id.bytes


def sign(
    session: Session,
    batch: Batch,
    *,
    by: Officer,
    key_id: UUID,
    signature: bytes,
    session_id: str = "",
) -> Signature:
    """Accept a signature over the prepared batch and release it for dispatch.

    The caller holds the batch's lock. Raises SignatureRefused for another officer's or a revoked
    key and for other bytes; AlreadyActed for whoever made or approved the batch.
    """
    require(by, "signing.sign")
    manifest = of_batch(session, batch)
    if batch.state != "prepared" or manifest is None:
        raise IllegalMove(batch.batch_no, batch.state, "signed")
    key = session.get(SigningKey, key_id)
    if key is None:
        raise NotFound("signing key")
    check_signature(manifest, by, key, signature)
    act(session, batch, by, "signed", at=clock.now())
    accepted = Signature(
        manifest_id=manifest.id,
        officer_id=by.id,
        key_id=key.id,
        algorithm=key.algorithm,
        signature=signature,
        signed_at=clock.now(),
    )
    session.add(accepted)
    move(
        session,
        batch,
        "signed",
        by=by.actor(session_id),
        details={"manifest_digest": manifest.digest.hex(), "key": str(key.id)},
    )
    enqueue(session, "dispatch.begin", f"{batch.id}:{batch.round}", batch_id=batch.id)
    return accepted


def check_signature(
    manifest: Manifest, officer: Officer, key: SigningKey, signature: bytes
) -> None:
    """Raise SignatureRefused unless the officer's own valid key signed exactly this manifest."""
    if key.officer_id != officer.id:
        raise SignatureRefused("the key belongs to another officer", "密钥属于其他人员")
    if key.revoked_at is not None:
        raise SignatureRefused("the key was revoked", "密钥已吊销")
    if key.algorithm != ALGORITHM:
        raise SignatureRefused("the key's algorithm is not allowed here", "密钥算法不被允许")
    try:
        Ed25519PublicKey.from_public_bytes(key.public_key).verify(
            signature, message(manifest, officer.id)
        )
    except (InvalidSignature, ValueError):
        raise SignatureRefused(
            "it was not made by this key over this batch", "签名与该密钥或该批次内容不符"
        ) from None

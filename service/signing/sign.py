"""Take an officer's signature over a batch's manifest, or refuse it with the reason."""

from datetime import datetime
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy.orm import Session

from service.approvals.signers import require_signer
from service.audit.moves import IllegalMove, move
from service.audit.record import record
from service.batches.acts import act
from service.batches.models import Batch
from service.foundation import clock
from service.foundation.jobs import enqueue
from service.foundation.problems import NotFound
from service.officers.may import Matter, require
from service.officers.models import Officer, SigningKey
from service.signing.challenge import ask, message_of, use
from service.signing.manifest import content, make_next, of_batch
from service.signing.models import Manifest, Signature, SigningChallenge
from service.signing.refusal import SignatureRefused

ALGORITHM = "Ed25519"
"""As officers register it (`officers.signing_keys`)."""


def challenge(session: Session, batch: Batch, *, by: Officer) -> SigningChallenge:
    """Ask a signer for a signature over the prepared batch; raises IllegalMove when there is nothing to sign."""
    require(by, "signing.sign", Matter(kind="batch", programme=batch.programme))
    return ask(session, _to_sign(session, batch), by)


def sign(
    session: Session,
    batch: Batch,
    *,
    by: Officer,
    key_id: UUID,
    signature: bytes,
    nonce: bytes,
    session_id: str = "",
) -> Signature:
    """Accept the answer to a challenge; the last of the signatures releases the batch for dispatch.

    The caller holds the batch's lock. Raises SignatureRefused for another officer's or a revoked
    key, for other bytes, and for a nonce that is used, late or asked over something else;
    AlreadyActed for whoever made, approved or signed the batch.
    """
    require(by, "signing.sign")
    manifest = _to_sign(session, batch)
    key = session.get(SigningKey, key_id)
    if key is None:
        raise NotFound("signing key")
    answered = use(session, manifest, by, nonce)
    at = clock.now()
    check_signature(message_of(manifest, answered), by, key, signature)
    require_signer(session, batch, by, on=clock.today())
    act(session, batch, by, "signed", at=at)
    accepted = Signature(
        manifest_id=manifest.id,
        officer_id=by.id,
        key_id=key.id,
        algorithm=key.algorithm,
        signature=signature,
        nonce=answered.nonce,
        signed_at=at,
    )
    session.add(accepted)
    session.flush()
    details = {"manifest_digest": manifest.digest.hex(), "key": str(key.id)}
    if manifest.position < content(manifest).get("signatures_required", 1):
        make_next(session, manifest, accepted)
        on = ("batches", batch.id)
        details["position"] = str(manifest.position)
        record(session, "batch.signature_given", by=by.actor(session_id), on=on, details=details)
        return accepted
    move(session, batch, "signed", by=by.actor(session_id), details=details)
    enqueue(session, "dispatch.begin", f"{batch.id}:{batch.round}", batch_id=batch.id)
    return accepted


def check_signature(signed: bytes, officer: Officer, key: SigningKey, signature: bytes) -> None:
    """Raise SignatureRefused unless the officer's own valid key signed exactly these bytes."""
    if key.officer_id != officer.id:
        raise SignatureRefused("the key belongs to another officer", "密钥属于其他人员")
    if key.revoked_at is not None:
        raise SignatureRefused("the key was revoked", "密钥已吊销")
    if key.algorithm != ALGORITHM:
        raise SignatureRefused("the key's algorithm is not allowed here", "密钥算法不被允许")
    try:
        Ed25519PublicKey.from_public_bytes(key.public_key).verify(signature, signed)
    except (InvalidSignature, ValueError):
        raise SignatureRefused(
            "it was not made by this key over this batch", "签名与该密钥或该批次内容不符"
        ) from None


def _to_sign(session: Session, batch: Batch) -> Manifest:
    manifest = of_batch(session, batch)
    if batch.state != "prepared" or manifest is None:
        raise IllegalMove(batch.batch_no, batch.state, "signed")
    expires_at = content(manifest).get("expires_at")
    if expires_at is not None and clock.now() > datetime.fromisoformat(expires_at):
        raise SignatureRefused(
            "its approval has expired; return it to its maker", "审批已过有效期，请退回编制人"
        )
    return manifest

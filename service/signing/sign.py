"""Take an officer's signature over a batch's manifest, or refuse it with the reason."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from service.approvals.signers import require_signer
from service.audit.cosigning.published import require_witnessed, witness_after_commit
from service.audit.moves import IllegalMove, move
from service.audit.record import record
from service.batches.acts import act
from service.batches.models import Batch
from service.foundation import clock
from service.foundation.problems import NotFound
from service.officers.may import Matter, require
from service.officers.models import Officer, SigningKey
from service.signing.challenge import ask, message_of, use
from service.signing.manifest import content, make_next, of_batch
from service.signing.models import Manifest, Signature, SigningChallenge
from service.signing.refusal import SignatureRefused
from service.signing.signers.allowed import signer_of
from service.signing.signers.evidence import count_use, gathered, keep, material_of
from service.signing.signers.time_stamps.stamp import release
from service.signing.signers.trust import trust

ALGORITHM = "Ed25519"
"""As officers register it (`officers.signing_keys`)."""


def challenge(session: Session, batch: Batch, *, by: Officer) -> SigningChallenge:
    """Ask a signer for a signature over the prepared batch.

    Raises IllegalMove when there is nothing to sign, NotWitnessed while its approvals are not.
    """
    require(by, "signing.sign", Matter(kind="batch", programme=batch.programme))
    manifest = _to_sign(session, batch)
    require_witnessed(session, ("batches", batch.id))
    return ask(session, manifest, by)


def sign(
    session: Session,
    batch: Batch,
    *,
    by: Officer,
    key_id: UUID,
    signature: bytes,
    nonce: bytes,
    evidence: Mapping[str, bytes] | None = None,
    session_id: str = "",
) -> Signature:
    """Accept the answer to a challenge; the last of the signatures releases the batch for dispatch.

    The caller holds the batch's lock. Raises SignatureRefused for another officer's or a revoked
    key, for other bytes, and for a nonce that is used, late or asked over something else;
    AlreadyActed for whoever made, approved or signed the batch; NotWitnessed while what was done
    before, approvals and earlier signatures, is not inside a cosigned checkpoint.
    """
    require(by, "signing.sign", Matter(kind="batch", programme=batch.programme))
    manifest = _to_sign(session, batch)
    require_witnessed(session, ("batches", batch.id))
    witness_after_commit(session, ("batches", batch.id))
    key = session.get(SigningKey, key_id)
    if key is None:
        raise NotFound("signing key")
    answered = use(session, manifest, by, nonce)
    at = clock.now()
    seen = {**(evidence or {}), **gathered(key)}
    check_signature(message_of(manifest, answered), by, key, signature, seen, at)
    count_use(session, key, seen)
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
    keep(session, accepted, seen)
    details = {"manifest_digest": manifest.digest.hex(), "key": str(key.id)}
    if manifest.position < content(manifest).get("signatures_required", 1):
        make_next(session, manifest, accepted)
        on = ("batches", batch.id)
        details["position"] = str(manifest.position)
        record(session, "batch.signature_given", by=by.actor(session_id), on=on, details=details)
        return accepted
    move(session, batch, "signed", by=by.actor(session_id), details=details)
    release(session, batch)
    return accepted


def check_signature(
    signed: bytes,
    officer: Officer,
    key: SigningKey,
    signature: bytes,
    evidence: Mapping[str, bytes],
    at: datetime,
) -> None:
    """Raise SignatureRefused unless the officer's own valid key signed exactly these bytes at that moment."""
    if key.officer_id != officer.id:
        raise SignatureRefused("the key belongs to another officer", "密钥属于其他人员")
    if key.confirmed_at is None or key.confirmed_at > at:
        raise SignatureRefused(
            "no second person had confirmed whose key it is", "密钥尚未经第二人确认"
        )
    if key.revoked_at is not None:
        raise SignatureRefused("the key was revoked", "密钥已吊销")
    signer = signer_of(key.algorithm, trust())
    signer.verify(material_of(key, officer), signed, signature, evidence, at)


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

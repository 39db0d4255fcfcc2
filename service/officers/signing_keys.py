"""Register and revoke the public half of an officer's signing key.

The private half never comes here. An officer signs with one key at a time; a revoked key still
verifies what was signed before, and nothing after.
"""

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.audit.record import record
from service.foundation import clock, ids
from service.foundation.problems import Problem
from service.officers import queries
from service.officers.models import Officer, SigningKey

ALGORITHMS = ("Ed25519",)


class KeyUnusable(Problem):
    """This is not a public key that signatures can be checked with."""

    code = "signing_key_unusable"
    status = 422
    title = "This key cannot be used"

    def __init__(self) -> None:
        super().__init__(
            "This is not a usable public key: give the 32 bytes of an Ed25519 public key.",
            "公钥无效：请提供 32 字节的 Ed25519 公钥。",
        )


class NotASigner(Problem):
    """Only officers who sign have signing keys."""

    code = "not_a_signer"
    status = 409
    title = "This officer does not sign"

    def __init__(self) -> None:
        super().__init__(
            "Only an active officer with the duty “signer” can have a signing key.",
            "只有在岗且负有“财政签发”职责的人员才能登记签名密钥。",
        )


def register_key(
    session: Session, officer: Officer, public_key: bytes, *, by: Actor, algorithm: str = "Ed25519"
) -> SigningKey:
    """Register a public key, revoking the one before it; raises :class:`KeyUnusable`, :class:`NotASigner`."""
    if not officer.has("signer"):
        raise NotASigner
    _refuse_unusable(algorithm, public_key)
    before = queries.valid_key(session, officer)
    if before is not None:
        revoke_key(session, before, by=by, reason="replaced by a new key")
    made = SigningKey(
        id=ids.uuid7(),
        officer_id=officer.id,
        algorithm=algorithm,
        public_key=public_key,
        registered_at=clock.now(),
    )
    session.add(made)
    details = {"algorithm": algorithm, "public_key": public_key.hex(), "officer": str(officer.id)}
    record(session, "signing_key.registered", by=by, on=("signing_keys", made.id), details=details)
    session.flush()
    return made


def revoke_key(session: Session, signing_key: SigningKey, *, by: Actor, reason: str) -> None:
    """Let a key sign nothing any more; a second time changes nothing."""
    if signing_key.revoked_at is not None:
        return
    signing_key.revoked_at = clock.now()
    on = ("signing_keys", signing_key.id)
    record(session, "signing_key.revoked", by=by, on=on, reason=reason)
    session.flush()


def _refuse_unusable(algorithm: str, public_key: bytes) -> None:
    if algorithm not in ALGORITHMS:
        raise KeyUnusable
    try:
        Ed25519PublicKey.from_public_bytes(public_key)
    except (ValueError, UnsupportedAlgorithm):
        raise KeyUnusable from None

"""Software signing keys for the demo county: a file stands for the officer's USB key.

Refused in the production profile, where a private key never comes near the server.
"""

import os
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM
from service.batches.models import Batch
from service.foundation.problems import NotFound, Problem
from service.foundation.settings import settings
from service.officers.models import Officer, SigningKey
from service.officers.queries import valid_key
from service.officers.signing_keys import SOFTWARE, register_key
from service.signing.challenge import message_of
from service.signing.manifest import of_batch
from service.signing.models import Signature
from service.signing.sign import challenge, sign


class SoftwareKeysRefused(Problem):
    """Software keys are for the demo profile only."""

    code = "software_keys_refused"
    status = 403
    title = "Software keys are not allowed here"

    def __init__(self) -> None:
        super().__init__(
            "Signing keys kept on the server are allowed in the demo profile only.",
            "仅演示环境允许使用保存在服务器上的签名密钥。",
        )


class StrongerKeyHeld(Problem):
    """Whoever has a passkey or a token signs with it, not with less."""

    code = "stronger_key_held"
    status = 403
    title = "You have a key of your own"

    def __init__(self) -> None:
        super().__init__(
            "You have a passkey or a token; sign with that.",
            "您已有通行密钥或密码设备，请用其签名。",
        )


def make_key(session: Session, officer: Officer) -> SigningKey:
    """Make an officer's software key once, and register its public half as any other key is."""
    public = _private_key(officer.id).public_key().public_bytes_raw()
    known = valid_key(session, officer)
    if known is not None and known.public_key == public:
        return known
    if known is not None and known.algorithm != SOFTWARE:
        raise StrongerKeyHeld
    return register_key(session, officer, public, by=SYSTEM)


def sign_with_software_key(
    session: Session, batch: Batch, *, by: Officer, session_id: str = ""
) -> Signature:
    """Sign a prepared batch with the officer's software key, through the same gate as any other."""
    manifest = of_batch(session, batch)
    if manifest is None:
        raise NotFound("manifest")
    key = make_key(session, by)
    asked = challenge(session, batch, by=by)
    return sign(
        session,
        batch,
        by=by,
        key_id=key.id,
        signature=_private_key(by.id).sign(message_of(manifest, asked)),
        nonce=asked.nonce,
        session_id=session_id,
    )


def _private_key(officer_id: UUID) -> Ed25519PrivateKey:
    if settings().profile == "production":
        raise SoftwareKeysRefused
    path = settings().keys_dir / "signing" / f"{officer_id}.key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as handle:
            handle.write(Ed25519PrivateKey.generate().private_bytes_raw())
    return Ed25519PrivateKey.from_private_bytes(path.read_bytes())

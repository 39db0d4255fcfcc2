"""What an officer signs: a digest that binds the manifest, the officer, the role and one nonce.

    SHA-256(domain ‖ 0 ‖ SHA-256(manifest) ‖ batch ‖ round ‖ officer ‖ role ‖ nonce ‖ expires)

Fields have fixed lengths or say their own, so that no two different questions give the same bytes. A nonce
is used once: the database marks it used in the transaction that keeps the signature, and holds one
signature a nonce.
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service.foundation import clock
from service.officers.models import Officer
from service.signing.models import Manifest, SigningChallenge
from service.signing.refusal import SignatureRefused

DOMAIN = b"anxin/batch-signature/v2"
DOMAIN_V1 = b"anxin/batch-signature/v1\x00"
ROLE = "signer"
"""The duty in which batches are signed."""
ANSWER_WITHIN = timedelta(minutes=10)


def ask(session: Session, manifest: Manifest, officer: Officer) -> SigningChallenge:
    """Keep a fresh challenge for an officer over a manifest."""
    now = clock.now().replace(microsecond=0)
    challenge = SigningChallenge(
        nonce=secrets.token_bytes(32),
        manifest_id=manifest.id,
        officer_id=officer.id,
        role=ROLE,
        issued_at=now,
        expires_at=now + ANSWER_WITHIN,
        used_at=None,
    )
    session.add(challenge)
    session.flush()
    return challenge


def use(session: Session, manifest: Manifest, officer: Officer, nonce: bytes) -> SigningChallenge:
    """Mark an officer's challenge over this manifest used, for good, and return it.

    Raises SignatureRefused for a nonce that is unknown, another's, over something else, late or used.
    """
    challenge = session.scalars(
        select(SigningChallenge)
        .where(SigningChallenge.nonce == nonce)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    if challenge is None or challenge.officer_id != officer.id:
        raise SignatureRefused("it answers no question put to you", "签名所用的挑战值并非发给您的")
    if challenge.manifest_id != manifest.id:
        raise SignatureRefused(
            "it was asked over another batch, round or signature",
            "该签名对应其他批次、轮次或签名顺序",
        )
    if challenge.used_at is not None:
        raise SignatureRefused("it was used before", "该签名已使用过")
    now = clock.now()
    if now > challenge.expires_at:
        raise SignatureRefused("it came too late; ask again", "签名已超时，请重新发起")
    used = session.execute(
        update(SigningChallenge)
        .where(SigningChallenge.nonce == nonce, SigningChallenge.used_at.is_(None))
        .values(used_at=now)
        .returning(SigningChallenge.nonce)
    ).first()
    if used is None:  # The row's lock makes this impossible; the database is asked all the same.
        raise SignatureRefused("it was used before", "该签名已使用过")
    session.refresh(challenge)
    return challenge


def message_of(manifest: Manifest, challenge: SigningChallenge) -> bytes:
    """Return the 32 bytes that answer a challenge."""
    return message(
        manifest.digest,
        batch_id=manifest.batch_id,
        round_no=manifest.round,
        officer_id=challenge.officer_id,
        role=challenge.role,
        nonce=challenge.nonce,
        expires_at=challenge.expires_at,
    )


def message(
    digest: bytes,
    *,
    batch_id: UUID,
    round_no: int,
    officer_id: UUID,
    role: str,
    nonce: bytes,
    expires_at: datetime,
) -> bytes:
    """Return the 32 bytes an officer signs; ``expires_at`` counts in whole seconds.

    Raises ValueError for a digest or nonce that is not 32 bytes, or a round out of range.
    """
    if len(digest) != 32 or len(nonce) != 32 or not 0 < round_no < 2**32:
        raise ValueError("a digest and a nonce have 32 bytes, a round is a positive number")
    said = role.encode()
    return hashlib.sha256(
        DOMAIN
        + b"\x00"
        + digest
        + batch_id.bytes
        + round_no.to_bytes(4, "big")
        + officer_id.bytes
        + len(said).to_bytes(2, "big")
        + said
        + nonce
        + int(expires_at.timestamp()).to_bytes(8, "big")
    ).digest()


def message_v1(digest: bytes, officer_id: UUID) -> bytes:
    """Return what was signed before challenges: a domain, the manifest's digest, and who signs."""
    return DOMAIN_V1 + digest + officer_id.bytes

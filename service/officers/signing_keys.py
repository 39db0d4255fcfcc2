"""Register, confirm and revoke the public half of an officer's signing key.

The private half never comes here. An officer hands a key in, and another person confirms that it
is his; only then does it sign. An officer signs with one key at a time; a revoked key still
verifies what was signed before, and nothing after.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.audit.record import record
from service.foundation import clock, ids
from service.foundation.problems import NotFound, Problem
from service.foundation.settings import settings
from service.officers import queries
from service.officers.may import may, require
from service.officers.models import Officer, SigningKey
from service.officers.points import P256, SM2, is_on

SOFTWARE, PASSKEY, TOKEN, SM2_KEY = "Ed25519", "WebAuthn-ES256", "ECDSA-P256", "SM2-SM3"
REASON_CHARS_MIN, REASON_CHARS_MAX = 10, 500
ALGORITHMS = (SOFTWARE, PASSKEY, TOKEN, SM2_KEY)
_CURVES = {PASSKEY: P256, TOKEN: P256, SM2_KEY: SM2}


class KeyUnusable(Problem):
    """This is not a public key that signatures can be checked with."""

    code = "signing_key_unusable"
    status = 422
    title = "This key cannot be used"

    def __init__(self) -> None:
        super().__init__(
            "This is not a usable public key: give the 32 bytes of an Ed25519 public key, or a point of the curve.",
            "公钥无效：请提供 32 字节的 Ed25519 公钥，或曲线上的公钥点。",
        )


class SoftwareKeyRefused(Problem):
    """A key that is a file somewhere does not sign in production."""

    code = "software_key_refused"
    status = 403
    title = "Software keys are not allowed here"

    def __init__(self) -> None:
        super().__init__(
            "In the production profile an officer signs with a passkey or a token, never with a key in a file.",
            "生产环境中须使用通行密钥或密码设备签名，不得使用文件形式的密钥。",
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


class KeyKnown(Problem):
    """The same key belongs to one officer only, and is handed in once."""

    code = "signing_key_known"
    status = 409
    title = "This key is registered already"

    def __init__(self) -> None:
        super().__init__(
            "This key was handed in before; make a new one.", "该密钥此前已登记，请使用新的密钥。"
        )


class SecondPersonNeeded(Problem):
    """Nobody confirms his own key."""

    code = "key_second_person_needed"
    status = 409
    title = "Another person has to confirm the key"

    def __init__(self) -> None:
        super().__init__(
            "A key is confirmed by another person than the one who hands it in.",
            "密钥须由登记人以外的人员确认。",
        )


class KeyNotWaiting(Problem):
    """There is nothing left to confirm."""

    code = "signing_key_not_waiting"
    status = 409
    title = "This key does not wait for anybody"

    def __init__(self) -> None:
        super().__init__("This key was confirmed or revoked already.", "该密钥已经确认或已被吊销。")


class WhyRevoked(Problem):
    """Whose key is taken from somebody is told why."""

    code = "key_reason_missing"
    status = 422
    title = "Say why the key is revoked"

    def __init__(self) -> None:
        super().__init__(
            f"Say in {REASON_CHARS_MIN} to {REASON_CHARS_MAX} characters why the key is revoked.",
            f"请说明吊销密钥的理由（{REASON_CHARS_MIN} 至 {REASON_CHARS_MAX} 个字符）。",
        )


@dataclass(frozen=True)
class HandedIn:
    """The public half of a key, and what came with it."""

    algorithm: str
    public_key: bytes
    credential_id: bytes | None = None
    sign_count: int = 0
    certificate: bytes | None = None
    chain: Sequence[bytes] = ()


def register_key(
    session: Session, officer: Officer, public_key: bytes, *, by: Actor, algorithm: str = SOFTWARE
) -> SigningKey:
    """Register a key the system itself vouches for, revoking the one before it.

    Raises :class:`KeyUnusable`, :class:`NotASigner`, :class:`SoftwareKeyRefused` in production.
    """
    key = _keep(session, officer, HandedIn(algorithm, public_key), by)
    _take_over(session, officer, key, by)
    return key


def hand_in(session: Session, officer: Officer, key: HandedIn, *, by: Actor) -> SigningKey:
    """Keep an officer's key until another person confirms it; raises as :func:`register_key`, and :class:`KeyKnown`."""
    known = select(SigningKey.id).where(SigningKey.public_key == key.public_key)
    if session.scalars(known).first() is not None:
        raise KeyKnown
    return _keep(session, officer, key, by)


def confirm_key(
    session: Session, key: SigningKey, *, by: Officer, session_id: str = ""
) -> SigningKey:
    """Let a key sign, from now on, instead of the officer's key before.

    Raises NotAllowed, :class:`SecondPersonNeeded`, :class:`KeyNotWaiting`, :class:`NotASigner`.
    """
    require(by, "officers.manage")
    if by.id == key.officer_id:
        raise SecondPersonNeeded
    session.refresh(key, with_for_update=True)
    if key.confirmed_at is not None or key.revoked_at is not None:
        raise KeyNotWaiting
    officer = session.get_one(Officer, key.officer_id)
    if not officer.has("signer"):
        raise NotASigner
    key.confirmed_by = by.id
    _take_over(session, officer, key, by.actor(session_id))
    on = ("signing_keys", key.id)
    record(session, "signing_key.confirmed", by=by.actor(session_id), on=on)
    session.flush()
    return key


def revoke(
    session: Session, key: SigningKey, *, by: Officer, reason: str = "", session_id: str = ""
) -> None:
    """Let a key sign nothing from now on; what it signed and has not gone to a bank is not sent either.

    By its officer, who need not say why, or by whoever manages officers, who must where a second
    person had confirmed it. A second time changes nothing. Raises NotFound, :class:`WhyRevoked`.
    """
    owns = key.officer_id == by.id
    if not (owns or may(by, "officers.manage")):
        raise NotFound("signing key")
    session.refresh(key, with_for_update=True)
    why = reason.strip()
    is_short = not REASON_CHARS_MIN <= len(why) <= REASON_CHARS_MAX
    if key.confirmed_at is not None and key.revoked_at is None and not owns and is_short:
        raise WhyRevoked
    said = why[:REASON_CHARS_MAX] or ("revoked by its officer" if owns else "refused")
    revoke_key(session, key, by=by.actor(session_id), reason=said)


def revoke_key(session: Session, signing_key: SigningKey, *, by: Actor, reason: str) -> None:
    """Let a key sign nothing any more; a second time changes nothing."""
    if signing_key.revoked_at is not None:
        return
    signing_key.revoked_at = clock.now()
    on = ("signing_keys", signing_key.id)
    record(session, "signing_key.revoked", by=by, on=on, reason=reason)
    session.flush()


def _keep(session: Session, officer: Officer, key: HandedIn, by: Actor) -> SigningKey:
    if not officer.has("signer"):
        raise NotASigner
    _refuse_unusable(key.algorithm, key.public_key)
    made = SigningKey(
        id=ids.uuid7(),
        officer_id=officer.id,
        algorithm=key.algorithm,
        public_key=key.public_key,
        credential_id=key.credential_id,
        sign_count=key.sign_count,
        certificate=key.certificate,
        chain=list(key.chain),
        registered_at=clock.now(),
    )
    session.add(made)
    details = {
        "algorithm": key.algorithm,
        "public_key": key.public_key.hex(),
        "officer": str(officer.id),
    }
    record(session, "signing_key.registered", by=by, on=("signing_keys", made.id), details=details)
    session.flush()
    return made


def _take_over(session: Session, officer: Officer, key: SigningKey, by: Actor) -> None:
    before = queries.valid_key(session, officer)
    if before is not None:
        revoke_key(session, before, by=by, reason="replaced by a new key")
    key.confirmed_at = clock.now()
    session.flush()


def _refuse_unusable(algorithm: str, public_key: bytes) -> None:
    if algorithm in _CURVES:
        if not is_on(_CURVES[algorithm], public_key):
            raise KeyUnusable
        return
    if algorithm != SOFTWARE:
        raise KeyUnusable
    if settings().profile == "production":
        raise SoftwareKeyRefused
    try:
        Ed25519PublicKey.from_public_bytes(public_key)
    except (ValueError, UnsupportedAlgorithm):
        raise KeyUnusable from None

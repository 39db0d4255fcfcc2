"""What comes with a signature: gathered when it is given, kept with it, read again at the sending."""

from base64 import b64decode, b64encode
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from service.foundation import clock
from service.officers.models import Officer, SigningKey
from service.officers.signing_keys import PASSKEY
from service.signing.models import Signature
from service.signing.signers.certificates.revocation import fetch_lists
from service.signing.signers.certificates.signer import require_never_revoked
from service.signing.signers.interface import Material
from service.signing.signers.models import SignatureEvidence
from service.signing.signers.passkeys.refusals import PasskeyCopied
from service.signing.signers.passkeys.signer import counted
from service.signing.signers.trust import trust


def material_of(key: SigningKey, officer: Officer) -> Material:
    """Return what is registered of a key, as signers take it."""
    return Material(
        key.algorithm,
        key.public_key,
        credential_id=key.credential_id,
        certificate=key.certificate,
        chain=tuple(key.chain),
        subject=officer.username,
    )


def gathered(key: SigningKey) -> dict[str, bytes]:
    """Return what the service itself adds at the signing: the issuers' revocation lists of now."""
    return fetch_lists() if key.certificate is not None else {}


def require_not_revoked_since(key: SigningKey, officer: Officer, signed_at: datetime) -> None:
    """Raise CertificateRevoked, or RevocationUnknown, unless the lists of now leave the key alone.

    That the certificate was valid is asked of the signing; that nobody took it back, of now.
    """
    if key.certificate is not None:
        require_never_revoked(
            material_of(key, officer), fetch_lists(), signed_at, clock.now(), trust()
        )


def count_use(session: Session, key: SigningKey, evidence: Mapping[str, bytes]) -> None:
    """Keep what a passkey counts; raises PasskeyCopied when it did not rise.

    Those that never count say 0 for ever: for them the challenge, used once, is what stops a replay.
    """
    if key.algorithm != PASSKEY:
        return
    session.refresh(key, with_for_update=True)
    count = counted(evidence["authenticator_data"])
    if (count or key.sign_count) and count <= key.sign_count:
        raise PasskeyCopied
    key.sign_count = count
    session.flush()


def keep(session: Session, signature: Signature, evidence: Mapping[str, bytes]) -> None:
    """Keep what came with a signature, if anything did."""
    if evidence:
        as_text = {name: b64encode(content).decode() for name, content in evidence.items()}
        session.add(SignatureEvidence(signature_id=signature.id, evidence=as_text))
        session.flush()


def kept(session: Session, signature: Signature) -> dict[str, bytes]:
    """Return what came with a signature."""
    found = session.get(SignatureEvidence, signature.id)
    return {name: b64decode(text) for name, text in found.evidence.items()} if found else {}

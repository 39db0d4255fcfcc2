"""Signing for programs: read what is to be signed, and hand in a signature made with one's own key."""

from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import Base64Bytes, Field

from service.batches import queries
from service.batches.about import require_seen
from service.batches.api import BatchDetail, Seen, Strict, detail
from service.batches.pages import session_id
from service.batches.seen import require_unchanged
from service.foundation.problems import NotFound
from service.officers.may import require
from service.officers.once_only import once_only
from service.officers.signed_in import SignedInOfficer
from service.signing.challenge import message_of
from service.signing.manifest import content, of_batch
from service.signing.models import Manifest
from service.signing.sign import challenge, sign
from service.web.transactions import Transaction

router = APIRouter(prefix="/api/batches", tags=["batches"])


class ManifestOut(Strict):
    """What a signer answers for."""

    digest: str = Field(description="SHA-256 of the manifest's RFC 8785 form, in hex.")
    content: dict[str, Any]


class ChallengeOut(Strict):
    """The very bytes to sign, for this officer and once."""

    digest: str = Field(description="SHA-256 of the manifest's RFC 8785 form, in hex.")
    nonce: str = Field(
        description="Which question is answered, in hex; given back with the answer."
    )
    message: str = Field(description="The 32 bytes that this officer signs, in hex.")
    officer: UUID
    role: str
    expires_at: datetime


class SignatureIn(Seen):
    """A signature over a challenge's message."""

    key_id: UUID
    nonce: str = Field(pattern="^[0-9a-f]{64}$", description="The challenge's nonce in hex.")
    signature: Base64Bytes = Field(
        description="The signature in base64; of ECDSA and SM2 in DER.", max_length=512
    )


@router.get("/{batch_no}/manifest")
def read_manifest(session: Transaction, officer: SignedInOfficer, batch_no: str) -> ManifestOut:
    """The manifest of a prepared batch."""
    require(officer, "signing.read")
    batch = queries.by_no(session, batch_no)
    require_seen(session, officer, batch, "signing.read")
    manifest = of_batch(session, batch)
    if manifest is None:
        raise NotFound("manifest")
    return ManifestOut(
        digest=manifest.digest.hex(),
        content=content(manifest),
    )


@router.post("/{batch_no}/challenge")
def ask_for_signature(
    session: Transaction, officer: SignedInOfficer, batch_no: str
) -> ChallengeOut:
    """The bytes that this officer signs, good for one signature within ten minutes."""
    require(officer, "signing.sign")
    batch = queries.by_no(session, batch_no)
    asked = challenge(session, batch, by=officer)
    manifest = session.get_one(Manifest, asked.manifest_id)
    return ChallengeOut(
        digest=manifest.digest.hex(),
        nonce=asked.nonce.hex(),
        message=message_of(manifest, asked).hex(),
        officer=asked.officer_id,
        role=asked.role,
        expires_at=asked.expires_at,
    )


@router.post("/{batch_no}/sign")
@once_only
def sign_batch(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    batch_no: str,
    body: SignatureIn,
) -> BatchDetail:
    """Sign a prepared batch and release it to the banks."""
    require(officer, "signing.sign")
    batch = queries.locked_by_no(session, batch_no)
    require_unchanged(session, batch, body.seen)
    sign(
        session,
        batch,
        by=officer,
        key_id=body.key_id,
        signature=body.signature,
        nonce=bytes.fromhex(body.nonce),
        session_id=session_id(request),
    )
    return detail(session, batch, officer)

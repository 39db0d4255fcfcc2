"""Signing keys for programs: hand one in, confirm whose it is, revoke it, and the question of a passkey."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter, UploadFile
from pydantic import Base64Bytes, BaseModel, Field

from service.foundation.problems import NotFound
from service.officers import queries
from service.officers.acting import Act, Acting, Declared, NoMore
from service.officers.may import NotAllowed, may, require
from service.officers.models import SigningKey
from service.officers.signed_in import SignedInOfficer
from service.officers.signing_keys import REASON_CHARS_MAX, confirm_key, revoke
from service.signing.signers.certificates.register import take_certificate
from service.signing.signers.pages import CERTIFICATE_BYTES_MAX
from service.signing.signers.passkeys.register import ask_new, take_new
from service.signing.signers.words import fingerprint
from service.web.transactions import Transaction

router = APIRouter(prefix="/api/keys", tags=["keys"])


class PasskeyIn(Declared):
    """What the officer's device answered to the question, in base64."""

    client_data_json: Base64Bytes = Field(max_length=16_384)
    attestation_object: Base64Bytes = Field(max_length=16_384)


class KeyTaken(Declared):
    """Which key is taken from its officer, and why."""

    key: UUID
    reason: str = Field(max_length=REASON_CHARS_MAX)


class KeyOut(Declared):
    """The public half of a signing key."""

    id: UUID
    officer_id: UUID
    algorithm: str
    fingerprint: str = Field(description="What two people read to one another.")
    registered_at: datetime
    confirmed_at: datetime | None = Field(description="Before this the key signs nothing.")
    revoked_at: datetime | None


@router.get("")
def list_keys(session: Transaction, officer: SignedInOfficer) -> list[KeyOut]:
    """One's own keys, and for an administrator those that wait and those that sign."""
    signs, manages = may(officer, "signing.sign"), may(officer, "officers.manage")
    if not (signs or manages):
        raise NotAllowed("signing.sign")
    found = {one.id: one for one in queries.keys_of(session, officer)}
    if manages:
        others = (*queries.unconfirmed_keys(session), *queries.confirmed_keys(session))
        found |= {key.id: key for key, _ in others}
    return [_out(one) for one in found.values()]


@router.post("/passkey-question")
def ask_for_passkey(session: Transaction, officer: SignedInOfficer) -> dict[str, Any]:
    """What a browser's `navigator.credentials.create` is told, good for ten minutes and one passkey."""
    return ask_new(session, officer)


@router.post("/passkey", status_code=201)
def hand_in_passkey(act: Act, body: PasskeyIn) -> KeyOut:
    """Keep the passkey that answered; a second person confirms it. Problems: ``signing_key_known``, ``not_a_signer``."""
    require(act.officer, "signing.sign")

    def do() -> SigningKey:
        return take_new(
            act.session, act.officer, client_data_json=body.client_data_json,
            attestation_object=body.attestation_object, session_id=act.session_id,
        )  # fmt: skip

    return _once(act, body, do)


@router.post("/certificate", status_code=201)
def hand_in_certificate(act: Act, certificate: UploadFile) -> KeyOut:
    """Keep the certificate of the officer's token or USB key; handed in twice it is known."""
    require(act.officer, "signing.sign")
    content = certificate.file.read(CERTIFICATE_BYTES_MAX)
    return _out(take_certificate(act.session, act.officer, content, session_id=act.session_id))


@router.post("/revoke")
def revoke_anothers(act: Act, body: KeyTaken) -> KeyOut:
    """A key that signs is taken from its officer, with a reason. Problem: ``key_reason_missing``."""
    require(act.officer, "officers.manage")
    found = _key(act, body.key)
    return _once(act, body, lambda: _revoked(act, found, body.reason))


@router.post("/{key_id}/confirm")
def confirm(act: Act, key_id: UUID, body: NoMore) -> KeyOut:
    """The second person says that the key is the officer's. Problems: ``key_second_person_needed``, ``signing_key_not_waiting``."""
    require(act.officer, "officers.manage")
    found = _key(act, key_id)

    def do() -> SigningKey:
        return confirm_key(act.session, found, by=act.officer, session_id=act.session_id)

    return _once(act, body, do)


@router.post("/{key_id}/revoke")
def revoke_own(act: Act, key_id: UUID, body: NoMore) -> KeyOut:
    """The key signs nothing any more, says its officer; an administrator refuses one that waits."""
    found = _key(act, key_id)
    return _once(act, body, lambda: _revoked(act, found, ""))


def _key(act: Acting, key_id: UUID) -> SigningKey:
    found = queries.key_by_id(act.session, key_id)
    if found is None:
        raise NotFound("signing key")
    return found


def _revoked(act: Acting, key: SigningKey, reason: str) -> SigningKey:
    revoke(act.session, key, by=act.officer, reason=reason, session_id=act.session_id)
    return key


def _once(act: Acting, body: BaseModel, do: Callable[[], SigningKey]) -> KeyOut:
    return act.once(body, lambda: _out(do()), KeyOut)


def _out(one: SigningKey) -> KeyOut:
    names = ("id", "officer_id", "algorithm", "registered_at", "confirmed_at", "revoked_at")
    return KeyOut(fingerprint=fingerprint(one), **{name: getattr(one, name) for name in names})

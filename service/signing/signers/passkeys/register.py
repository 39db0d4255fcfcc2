"""Make a passkey for an officer: ask his device, check the answer, keep the key for a second person."""

import json
import secrets
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from webauthn import (
    base64url_to_bytes,
    generate_registration_options,
    options_to_json,
    verify_registration_response,
)
from webauthn.helpers import (
    bytes_to_base64url,
    decode_credential_public_key,
    parse_attestation_object,
)
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.decode_credential_public_key import DecodedEC2PublicKey
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from service.foundation import clock
from service.officers.may import require
from service.officers.models import Officer, SigningKey
from service.officers.signing_keys import PASSKEY, HandedIn, hand_in
from service.signing.signers.models import PasskeyQuestion
from service.signing.signers.passkeys import refusals
from service.signing.signers.passkeys.signer import require_asked_here
from service.signing.signers.trust import trust

ANSWER_WITHIN = timedelta(minutes=10)


def ask_new(session: Session, officer: Officer) -> dict[str, Any]:
    """Return what the browser's ``navigator.credentials.create`` is told, as WebAuthn's JSON."""
    require(officer, "signing.sign")
    now, challenge, here = clock.now(), secrets.token_bytes(32), trust()
    question = PasskeyQuestion(
        challenge=challenge,
        officer_id=officer.id,
        issued_at=now,
        expires_at=now + ANSWER_WITHIN,
        used_at=None,
    )
    session.add(question)
    session.flush()
    options = generate_registration_options(
        rp_id=here.site,
        rp_name="安心 Anxin",
        user_id=officer.id.bytes,
        user_name=officer.username,
        user_display_name=officer.name,
        challenge=challenge,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.DISCOURAGED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        supported_pub_key_algs=[COSEAlgorithmIdentifier.ECDSA_SHA_256],
    )
    said: dict[str, Any] = json.loads(options_to_json(options))
    return said


def take_new(
    session: Session,
    officer: Officer,
    *,
    client_data_json: bytes,
    attestation_object: bytes,
    session_id: str = "",
) -> SigningKey:
    """Keep the passkey that answered; it signs once a second person has confirmed it.

    Raises NotTheSigner for an answer to another question, from another page, without the holder's
    verification, late or used; KeyKnown.
    """
    require(officer, "signing.sign")
    challenge, here = _use(session, officer, client_data_json), trust()
    require_asked_here(client_data_json, "webauthn.create", challenge, here)
    try:
        made = verify_registration_response(
            credential={
                "id": (key_id := _credential_id(attestation_object)),
                "rawId": key_id,
                "type": "public-key",
                "response": {
                    "clientDataJSON": bytes_to_base64url(client_data_json),
                    "attestationObject": bytes_to_base64url(attestation_object),
                },
            },
            expected_challenge=challenge,
            expected_rp_id=here.site,
            expected_origin=here.origin,
            require_user_verification=True,
            supported_pub_key_algs=[COSEAlgorithmIdentifier.ECDSA_SHA_256],
        )
        key = decode_credential_public_key(made.credential_public_key)
    except (WebAuthnException, ValueError, KeyError, TypeError):
        raise refusals.PasskeyMalformed from None
    if not isinstance(key, DecodedEC2PublicKey):
        raise refusals.PasskeyMalformed
    handed_in = HandedIn(
        PASSKEY,
        b"\x04" + key.x + key.y,
        credential_id=made.credential_id,
        sign_count=made.sign_count,
    )
    return hand_in(session, officer, handed_in, by=officer.actor(session_id))


def _use(session: Session, officer: Officer, client_data_json: bytes) -> bytes:
    """Mark the question used that this officer was asked and that is still open."""
    try:
        challenge = base64url_to_bytes(json.loads(client_data_json)["challenge"])
    except (ValueError, KeyError, TypeError):
        raise refusals.PasskeyMalformed from None
    question = session.scalars(
        select(PasskeyQuestion)
        .where(PasskeyQuestion.challenge == challenge, PasskeyQuestion.officer_id == officer.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    now = clock.now()
    if question is None or question.used_at is not None or now > question.expires_at:
        raise refusals.PasskeyChallenge
    question.used_at = now
    session.flush()
    return challenge


def _credential_id(attestation_object: bytes) -> str:
    held = parse_attestation_object(attestation_object).auth_data.attested_credential_data
    if held is None:
        raise refusals.PasskeyMalformed
    return bytes_to_base64url(held.credential_id)

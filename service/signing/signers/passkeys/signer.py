"""Check a passkey's answer to a challenge."""

import json
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

from webauthn import verify_authentication_response
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException

from service.officers.points import P256, is_on
from service.officers.signing_keys import PASSKEY
from service.signing.signers.interface import Material
from service.signing.signers.passkeys import refusals
from service.signing.signers.refusals import KeyIsAnother, WrongSignature
from service.signing.signers.trust import Trust

_VERIFIED = 0x04
_SHORTEST = 37
"""Bytes of authenticator data: the site's digest, flags, counter."""


class PasskeySigner:
    """ECDSA P-256 by an authenticator; its own checks first, for a reason each, then the library's."""

    algorithm = PASSKEY

    def __init__(self, trust: Trust) -> None:
        self._trust = trust

    def verify(
        self,
        material: Material,
        message: bytes,
        signature: bytes,
        evidence: Mapping[str, bytes],
        at: datetime,  # noqa: ARG002 - a passkey has no validity
    ) -> None:
        """Raise NotTheSigner unless this passkey answered this message, here, its holder verified.

        ``evidence`` holds ``client_data_json`` and ``authenticator_data``. Whether the answer was
        used before only the database knows; see :mod:`service.signing.challenge`.
        """
        client_data = evidence.get("client_data_json", b"")
        authenticator_data = evidence.get("authenticator_data", b"")
        if material.credential_id is None or not is_on(P256, material.public_key):
            raise KeyIsAnother
        require_asked_here(client_data, "webauthn.get", message, self._trust)
        require_verified(authenticator_data, self._trust)
        key_id = bytes_to_base64url(material.credential_id)
        try:
            verify_authentication_response(
                credential={
                    "id": key_id,
                    "rawId": key_id,
                    "type": "public-key",
                    "response": {
                        "clientDataJSON": bytes_to_base64url(client_data),
                        "authenticatorData": bytes_to_base64url(authenticator_data),
                        "signature": bytes_to_base64url(signature),
                    },
                },
                expected_challenge=message,
                expected_rp_id=self._trust.site,
                expected_origin=self._trust.origin,
                credential_public_key=cose(material.public_key),
                credential_current_sign_count=0,
                require_user_verification=True,
            )
        except (WebAuthnException, ValueError):
            raise WrongSignature from None


def require_asked_here(client_data: bytes, kind: str, challenge: bytes, trust: Trust) -> None:
    """Raise NotTheSigner unless our own page, not inside another's, asked for this challenge."""
    try:
        said = json.loads(client_data)
        answered = base64url_to_bytes(said["challenge"])
        origin, what = said["origin"], said["type"]
        framed = said.get("crossOrigin", False)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise refusals.PasskeyMalformed from None
    if what != kind:
        raise refusals.PasskeyType
    if answered != challenge:
        raise refusals.PasskeyChallenge
    if origin != trust.origin:
        raise refusals.PasskeyOrigin
    if framed is not False or "topOrigin" in said:
        raise refusals.PasskeyFramed


def require_verified(authenticator_data: bytes, trust: Trust) -> None:
    """Raise NotTheSigner unless the device made it for this site and verified its holder."""
    if len(authenticator_data) < _SHORTEST:
        raise refusals.PasskeyMalformed
    if authenticator_data[:32] != sha256(trust.site.encode()).digest():
        raise refusals.PasskeySite
    if not authenticator_data[32] & _VERIFIED:
        raise refusals.PasskeyUnverified


def counted(authenticator_data: bytes) -> int:
    """Return how often the passkey says it was used; 0 for those that do not count."""
    return int.from_bytes(authenticator_data[33:37], "big")


def cose(point: bytes) -> bytes:
    """Return an uncompressed P-256 point as the COSE key of ES256 (RFC 9053)."""
    x, y = point[1:33], point[33:]
    return bytes.fromhex("a5010203262001215820") + x + bytes.fromhex("225820") + y

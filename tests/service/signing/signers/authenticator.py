"""A passkey in software, for tests: what a device would answer, and every way of answering wrongly."""

import json
from dataclasses import dataclass, field
from hashlib import sha256

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from webauthn.helpers import bytes_to_base64url

from service.officers.signing_keys import PASSKEY
from service.signing.signers.interface import Material
from service.signing.signers.passkeys.signer import cose

ORIGIN, SITE = "http://localhost:8750", "localhost"
PRESENT, VERIFIED, NEW = 0x01, 0x04, 0x40


@dataclass
class Answer:
    """What a browser hands over."""

    client_data_json: bytes
    authenticator_data: bytes
    signature: bytes

    @property
    def evidence(self) -> dict[str, bytes]:
        return {
            "client_data_json": self.client_data_json,
            "authenticator_data": self.authenticator_data,
        }


@dataclass
class Authenticator:
    """One passkey; it does not count its uses unless told to."""

    private: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    credential_id: bytes = b"a passkey of a test"

    @property
    def point(self) -> bytes:
        return self.private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    @property
    def material(self) -> Material:
        return Material(PASSKEY, self.point, credential_id=self.credential_id)

    def sign(
        self,
        challenge: bytes,
        *,
        origin: str = ORIGIN,
        site: str = SITE,
        kind: str = "webauthn.get",
        flags: int = PRESENT | VERIFIED,
        count: int = 0,
        **more: object,
    ) -> Answer:
        """Answer a challenge."""
        client_data = _client_data(kind, challenge, origin, more)
        data = sha256(site.encode()).digest() + bytes([flags]) + count.to_bytes(4, "big")
        signed = self.private.sign(data + sha256(client_data).digest(), ec.ECDSA(hashes.SHA256()))
        return Answer(client_data, data, signed)

    def make(
        self,
        challenge: bytes,
        *,
        origin: str = ORIGIN,
        site: str = SITE,
        kind: str = "webauthn.create",
        flags: int = PRESENT | VERIFIED | NEW,
        **more: object,
    ) -> tuple[bytes, bytes]:
        """Return client data and attestation object (format "none") of a new passkey."""
        held = bytes(16) + len(self.credential_id).to_bytes(2, "big") + self.credential_id
        data = sha256(site.encode()).digest() + bytes([flags]) + bytes(4) + held + cose(self.point)
        attestation = (
            b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58" + bytes([len(data)]) + data
        )
        return _client_data(kind, challenge, origin, more), attestation


def _client_data(kind: str, challenge: bytes, origin: str, more: dict[str, object]) -> bytes:
    said = {"type": kind, "challenge": bytes_to_base64url(challenge), "origin": origin, **more}
    return json.dumps(said).encode()

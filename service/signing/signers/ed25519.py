"""Software keys of the embedded default: Ed25519."""

from collections.abc import Mapping
from datetime import datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from service.officers.signing_keys import SOFTWARE
from service.signing.signers.interface import Material
from service.signing.signers.refusals import WrongSignature
from service.signing.signers.trust import Trust


class Ed25519Signer:
    """The message itself is signed; there is no evidence and no certificate."""

    algorithm = SOFTWARE

    def __init__(self, trust: Trust) -> None:
        """Nothing is leaned on but the key."""

    def verify(
        self,
        material: Material,
        message: bytes,
        signature: bytes,
        evidence: Mapping[str, bytes],  # noqa: ARG002 - a software key gives none
        at: datetime,  # noqa: ARG002 - nothing of it has a validity
    ) -> None:
        """Raise WrongSignature unless the key signed the message."""
        try:
            Ed25519PublicKey.from_public_bytes(material.public_key).verify(signature, message)
        except (InvalidSignature, ValueError):
            raise WrongSignature from None

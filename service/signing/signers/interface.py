"""The interface: a signer checks that one officer's key answered one message."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from service.signing.signers.trust import Trust


@dataclass(frozen=True)
class Material:
    """What is registered of an officer's key; nothing in it is secret."""

    algorithm: str
    """One of :data:`service.officers.signing_keys.ALGORITHMS`."""
    public_key: bytes
    """Ed25519: 32 bytes. P-256, passkeys and SM2: the uncompressed point, 65 bytes."""
    credential_id: bytes | None = None
    """Of a passkey."""
    certificate: bytes | None = None
    """DER; the certificate on the officer's token."""
    chain: tuple[bytes, ...] = field(default=())
    """DER certificates between it and a root, in any order."""
    subject: str = ""
    """The user name that the certificate must name."""


class Signer(Protocol):
    """One way of signing."""

    algorithm: str

    def __init__(self, trust: Trust) -> None:
        """Keep what the checks lean on beside the key."""

    def verify(
        self,
        material: Material,
        message: bytes,
        signature: bytes,
        evidence: Mapping[str, bytes],
        at: datetime,
    ) -> None:
        """Return when the key signed the message; ``at`` is the moment of signing.

        ``evidence`` is what came with the signature and is kept with it: a passkey's
        ``authenticator_data`` and ``client_data_json``, the revocation lists that were seen.
        Pure: asks no database and no network, so that anybody can check again, anywhere.
        Raises :class:`~service.signing.signers.refusals.NotTheSigner` with a stable code.
        """

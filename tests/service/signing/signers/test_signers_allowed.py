"""Which ways of signing count: one list a profile, compared letter for letter."""

from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from service.signing.signers.allowed import signer_of
from service.signing.signers.interface import Material
from service.signing.signers.refusals import AlgorithmNotAllowed, WrongSignature
from service.signing.signers.trust import Trust

AT = datetime(2026, 10, 20, tzinfo=UTC)


@pytest.mark.parametrize("profile", ["demo", "production", "", "Demo"])
@pytest.mark.parametrize("algorithm", ["none", "", "sm2", "ed25519", "Ed25519 ", "HS256", "RS256"])
def test_what_is_not_on_the_list_is_refused(algorithm: str, profile: str) -> None:
    with pytest.raises(AlgorithmNotAllowed) as refusal:
        signer_of(algorithm, Trust(profile))
    assert refusal.value.code == "signature_algorithm_not_allowed"


def test_software_keys_count_in_the_demo_only() -> None:
    key = Ed25519PrivateKey.generate()
    material = Material("Ed25519", key.public_key().public_bytes_raw())
    signer = signer_of("Ed25519", Trust("demo"))
    signer.verify(material, b"message", key.sign(b"message"), {}, AT)
    with pytest.raises(WrongSignature):
        signer.verify(material, b"another", key.sign(b"message"), {}, AT)
    with pytest.raises(AlgorithmNotAllowed):
        signer_of("Ed25519", Trust("production"))

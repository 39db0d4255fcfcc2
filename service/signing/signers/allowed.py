"""Which ways of signing count, a list for each profile; what is not on it is refused."""

from collections.abc import Mapping

from service.officers.signing_keys import PASSKEY, SM2_KEY, SOFTWARE, TOKEN
from service.signing.signers.certificates.signer import Sm2Signer, TokenSigner
from service.signing.signers.ed25519 import Ed25519Signer
from service.signing.signers.interface import Signer
from service.signing.signers.passkeys.signer import PasskeySigner
from service.signing.signers.refusals import AlgorithmNotAllowed
from service.signing.signers.trust import Trust

_HELD_BY_THE_OFFICER: dict[str, type[Signer]] = {
    PASSKEY: PasskeySigner,
    TOKEN: TokenSigner,
    SM2_KEY: Sm2Signer,
}

ALLOWED: Mapping[str, Mapping[str, type[Signer]]] = {
    "demo": {SOFTWARE: Ed25519Signer, **_HELD_BY_THE_OFFICER},
    "production": _HELD_BY_THE_OFFICER,
}
"""By profile (`ANXIN_PROFILE`) and name; the names are compared letter for letter."""


def signer_of(algorithm: str, trust: Trust) -> Signer:
    """Return the signer of a kind of key; raises AlgorithmNotAllowed for one the profile does not list."""
    signer = ALLOWED.get(trust.profile, {}).get(algorithm)
    if signer is None:
        raise AlgorithmNotAllowed(algorithm, trust.profile)
    return signer(trust)

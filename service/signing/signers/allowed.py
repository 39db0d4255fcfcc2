"""Which ways of signing count, a list for each profile; what is not on it is refused."""

from service.signing.signers.ed25519 import Ed25519Signer
from service.signing.signers.interface import Signer
from service.signing.signers.refusals import AlgorithmNotAllowed

_SOFTWARE: tuple[Signer, ...] = (Ed25519Signer(),)
_HELD_BY_THE_OFFICER: tuple[Signer, ...] = ()

ALLOWED: dict[str, dict[str, Signer]] = {
    "demo": {one.algorithm: one for one in (*_SOFTWARE, *_HELD_BY_THE_OFFICER)},
    "production": {one.algorithm: one for one in _HELD_BY_THE_OFFICER},
}
"""By profile (`ANXIN_PROFILE`) and name; the names are compared letter for letter."""


def signer_of(algorithm: str, profile: str) -> Signer:
    """Return the signer of a kind of key; raises AlgorithmNotAllowed for one the profile does not list."""
    signer = ALLOWED.get(profile, {}).get(algorithm)
    if signer is None:
        raise AlgorithmNotAllowed(algorithm, profile)
    return signer

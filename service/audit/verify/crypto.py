"""Signatures checked by `cryptography`, at twenty times the speed of the file that needs no package.

Time-stamps are checked by the system's OpenSSL.
"""

from collections.abc import Sequence
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey

from service.audit.standalone.ed25519 import Crypto
from service.foundation.certificates import der
from service.foundation.libcrypto import NoLibcrypto
from service.foundation.time_stamps.check import TimeStampRefused, checked, is_about


def _ed25519(public: bytes, message: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _ml_dsa_44(public: bytes, message: bytes, signature: bytes) -> bool:
    try:
        MLDSA44PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _time_stamp(
    request: bytes, response: bytes, digest: bytes, roots: Sequence[str]
) -> datetime | None:
    if not is_about(request, digest):
        return None
    try:
        trusted = [
            der(one) for text in roots for one in x509.load_pem_x509_certificates(text.encode())
        ]
        return checked(request, response, trusted if roots else None)
    except (TimeStampRefused, NoLibcrypto, ValueError):
        return None


CRYPTO = Crypto(_ed25519, _ml_dsa_44, _time_stamp)

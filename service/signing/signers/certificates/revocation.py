"""Whether an issuer took a certificate back: fetched lists are evidence, and without one nothing passes."""

import urllib.request
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtensionOID

from service.foundation.logs import kind_of, logger
from service.foundation.settings import settings
from service.signing.signers.certificates import refusals
from service.signing.signers.certificates.keys import signed_by

_SECONDS, _BYTES_MAX = 10, 16 * 1024 * 1024
_PREFIX = "crl_"


def fetch_lists() -> dict[str, bytes]:
    """Return the configured revocation lists, DER under ``crl_1``, …; one that cannot be had is left out.

    Leaving one out passes nothing: the check then holds what it cannot know.
    """
    found: dict[str, bytes] = {}
    for number, place in enumerate(settings().revocation_lists.split(), start=1):
        try:
            found[f"{_PREFIX}{number}"] = _der(_fetch(place))
        except (OSError, ValueError) as error:
            logger("signing").warning("revocation.unreachable", place=number, kind=kind_of(error))
    return found


def require_not_revoked(
    path: Sequence[x509.Certificate], evidence: Mapping[str, bytes], at: datetime
) -> None:
    """Raise CertificateRevoked, or RevocationUnknown, unless every certificate below the root held at ``at``."""
    lists = list(_read(evidence))
    for certificate, issuer in pairwise(path):
        current = [one for one in lists if _counts(one, issuer, at)]
        if not current:
            raise refusals.RevocationUnknown
        if any(_names(one, certificate) for one in current):
            raise refusals.CertificateRevoked


def _read(evidence: Mapping[str, bytes]) -> Iterable[x509.CertificateRevocationList]:
    for name, content in sorted(evidence.items()):
        if name.startswith(_PREFIX):
            try:
                yield x509.load_der_x509_crl(content)
            except (ValueError, UnsupportedAlgorithm):
                continue


def _counts(found: x509.CertificateRevocationList, issuer: x509.Certificate, at: datetime) -> bool:
    """Return whether a list is this issuer's word, whole, and of this moment."""
    begins, ends = found.last_update_utc, found.next_update_utc
    if found.issuer != issuer.subject or ends is None or not begins <= at <= ends:
        return False
    usage = issuer.extensions.get_extension_for_class(x509.KeyUsage).value
    # A delta, or a list for some certificates only, says nothing about the others.
    if not usage.crl_sign or any(
        one.critical or one.oid == ExtensionOID.ISSUING_DISTRIBUTION_POINT
        for one in found.extensions
    ):
        return False
    algorithm = found.signature_algorithm_oid.dotted_string
    if signed_by(issuer, algorithm, found.tbs_certlist_bytes, found.signature):
        return True
    try:
        key = issuer.public_key()
    except (ValueError, UnsupportedAlgorithm):
        return False
    kinds = ec.EllipticCurvePublicKey, rsa.RSAPublicKey, ed25519.Ed25519PublicKey
    return isinstance(key, kinds) and found.is_signature_valid(key)


def _names(found: x509.CertificateRevocationList, certificate: x509.Certificate) -> bool:
    return found.get_revoked_certificate_by_serial_number(certificate.serial_number) is not None


def _fetch(place: str) -> bytes:
    if not place.startswith(("http://", "https://")):
        return Path(place).read_bytes()
    with urllib.request.urlopen(place, timeout=_SECONDS) as answer:  # noqa: S310 - http(s) only, see above
        content: bytes = answer.read(_BYTES_MAX + 1)
    if len(content) > _BYTES_MAX:
        raise ValueError("a revocation list beyond every size that is expected")
    return content


def _der(content: bytes) -> bytes:
    if content.lstrip().startswith(b"-----"):
        return x509.load_pem_x509_crl(content).public_bytes(Encoding.DER)
    return content

"""The key inside a certificate, and whether another certificate's key signed it."""

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from service.officers.points import P256, SM2, is_on
from service.officers.signing_keys import SM2_KEY, TOKEN
from service.signing.signers.certificates.refusals import CertificateUnreadable
from service.signing.signers.sm2.check import is_signed

_SM2_WITH_SM3 = "1.2.156.10197.1.501"
_SM2_KEY = bytes.fromhex("301306072a8648ce3d020106082a811ccf5501822d034200")
"""AlgorithmIdentifier of an SM2 key, and the head of its bit string."""
_KEY_FIELD = 6
"""After version, serial number, signature, issuer, validity and subject."""


def read(content: bytes) -> x509.Certificate:
    """Return a certificate of DER; raises CertificateUnreadable."""
    try:
        certificate = x509.load_der_x509_certificate(content)
        if certificate.version is not x509.Version.v3:
            raise CertificateUnreadable
        # These are read lazily, so that a fault in one would come up anywhere later.
        _ = (certificate.extensions, certificate.subject, certificate.issuer)
    except (ValueError, UnsupportedAlgorithm, x509.DuplicateExtension):
        raise CertificateUnreadable from None
    return certificate


def point_of(certificate: x509.Certificate) -> tuple[str, bytes] | None:
    """Return the kind of an elliptic key and its uncompressed point; None for other keys."""
    sm2 = _sm2_point(certificate)
    if sm2 is not None:
        return SM2_KEY, sm2
    try:
        key = certificate.public_key()
    except (ValueError, UnsupportedAlgorithm):
        return None
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        return None
    point = key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return (TOKEN, point) if is_on(P256, point) else None


def issued(issuer: x509.Certificate, certificate: x509.Certificate) -> bool:
    """Return whether the issuer's name and key stand under a certificate; raises NoLibcrypto for SM2."""
    if issuer.subject != certificate.issuer:
        return False
    return signed_by(
        issuer,
        certificate.signature_algorithm_oid.dotted_string,
        certificate.tbs_certificate_bytes,
        certificate.signature,
    ) or _by_others(issuer, certificate)


def signed_by(issuer: x509.Certificate, algorithm: str, content: bytes, signature: bytes) -> bool:
    """Return whether an SM2 issuer's key signed some content; False for any other algorithm."""
    point = _sm2_point(issuer)
    return algorithm == _SM2_WITH_SM3 and point is not None and is_signed(point, content, signature)


def _by_others(issuer: x509.Certificate, certificate: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def _sm2_point(certificate: x509.Certificate) -> bytes | None:
    """Return the point of an SM2 key, which `cryptography` does not read.

    The key is found by its place and never by searching: a subject may hold any bytes.
    """
    key = _field(certificate.tbs_certificate_bytes, _KEY_FIELD)
    head = b"\x30\x59" + _SM2_KEY
    if len(key) != len(head) + 65 or not key.startswith(head):
        return None
    point = key[len(head) :]
    return point if is_on(SM2, point) else None


def _field(to_be_signed: bytes, wanted: int) -> bytes:
    """Return a field of a version 3 certificate's content (version is 0), or nothing."""
    rest = to_be_signed[_head(to_be_signed) :]
    for number in range(wanted + 1):
        size = _size(rest)
        if number == wanted:
            return rest[:size]
        rest = rest[size:]
    return b""


def _head(element: bytes) -> int:
    """Return how many bytes say the tag and the length; `cryptography` has checked that it is DER."""
    return 2 if element[1] < 0x80 else 2 + (element[1] & 0x7F)


def _size(element: bytes) -> int:
    head = _head(element)
    return head + (element[1] if head == 2 else int.from_bytes(element[2:head], "big"))

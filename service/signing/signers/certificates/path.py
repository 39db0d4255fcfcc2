"""The way from an officer's certificate to a root, each step checked as of one moment."""

from collections.abc import Sequence
from datetime import datetime

from cryptography import x509
from cryptography.x509.oid import ExtensionOID, NameOID

from service.signing.signers.certificates import refusals
from service.signing.signers.certificates.keys import issued

_LONGEST = 5
_KNOWN = frozenset(
    {
        ExtensionOID.BASIC_CONSTRAINTS,
        ExtensionOID.KEY_USAGE,
        ExtensionOID.EXTENDED_KEY_USAGE,
        ExtensionOID.SUBJECT_ALTERNATIVE_NAME,
        ExtensionOID.CERTIFICATE_POLICIES,
    }
)
"""Critical extensions that are understood, or that take nothing away when they are not."""
_NAMES = (NameOID.COMMON_NAME, NameOID.USER_ID, NameOID.SERIAL_NUMBER)


def path(
    leaf: x509.Certificate,
    between: Sequence[x509.Certificate],
    roots: Sequence[x509.Certificate],
    at: datetime,
) -> list[x509.Certificate]:
    """Return the certificates from the leaf to a root, both included.

    Raises CertificateUntrusted, CertificateExpired, CertificateNotYetValid or CertificateUse.
    """
    found = [leaf]
    _require_valid(leaf, at)
    _require_signing(leaf)
    while found[-1] not in roots:
        issuer = _issuer(found[-1], [*roots, *between])
        if issuer is None or issuer in found or len(found) >= _LONGEST:
            raise refusals.CertificateUntrusted
        _require_valid(issuer, at)
        _require_issuing(issuer, below=len(found) - 1)
        found.append(issuer)
    if len(found) == 1:
        raise refusals.CertificateUntrusted
    return found


def require_named(leaf: x509.Certificate, username: str) -> None:
    """Raise CertificateOfAnother unless its subject names this user by name, user id or serial number."""
    named = [
        attribute.value for oid in _NAMES for attribute in leaf.subject.get_attributes_for_oid(oid)
    ]
    if not username or username not in named:
        raise refusals.CertificateOfAnother


def _issuer(
    certificate: x509.Certificate, candidates: Sequence[x509.Certificate]
) -> x509.Certificate | None:
    return next((one for one in candidates if issued(one, certificate)), None)


def _require_valid(certificate: x509.Certificate, at: datetime) -> None:
    if at < certificate.not_valid_before_utc:
        raise refusals.CertificateNotYetValid
    if at > certificate.not_valid_after_utc:
        raise refusals.CertificateExpired
    if any(one.critical and one.oid not in _KNOWN for one in certificate.extensions):
        raise refusals.CertificateUse


def _require_signing(leaf: x509.Certificate) -> None:
    usage, basic = _usage(leaf), _basic(leaf)
    if usage is None or not (usage.digital_signature or usage.content_commitment):
        raise refusals.CertificateUse
    if basic is not None and basic.ca:
        raise refusals.CertificateUse


def _require_issuing(issuer: x509.Certificate, *, below: int) -> None:
    usage, basic = _usage(issuer), _basic(issuer)
    if basic is None or not basic.ca or usage is None or not usage.key_cert_sign:
        raise refusals.CertificateUse
    if basic.path_length is not None and below > basic.path_length:
        raise refusals.CertificateUse


def _usage(certificate: x509.Certificate) -> x509.KeyUsage | None:
    try:
        return certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return None


def _basic(certificate: x509.Certificate) -> x509.BasicConstraints | None:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
    except x509.ExtensionNotFound:
        return None

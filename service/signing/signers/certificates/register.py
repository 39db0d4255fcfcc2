"""Keep an officer's certificate, checked as at a signature, until a second person confirms it."""

from cryptography import x509
from sqlalchemy.orm import Session

from service.foundation import clock
from service.foundation.certificates import der
from service.officers.may import require
from service.officers.models import Officer, SigningKey
from service.officers.signing_keys import HandedIn, hand_in
from service.signing.signers.allowed import signer_of
from service.signing.signers.certificates.keys import point_of, read
from service.signing.signers.certificates.refusals import CertificateUnreadable
from service.signing.signers.certificates.revocation import fetch_lists
from service.signing.signers.certificates.signer import require_certified
from service.signing.signers.interface import Material
from service.signing.signers.trust import trust


def take_certificate(
    session: Session, officer: Officer, content: bytes, *, session_id: str = ""
) -> SigningKey:
    """Keep the first certificate of a PEM file, or the one of a DER file; further ones are its chain.

    Raises NotTheSigner with why the certificate does not hold, KeyKnown, NoLibcrypto for SM2.
    """
    require(officer, "signing.sign")
    leaf, *chain = _certificates(content)
    kind = point_of(read(leaf))
    if kind is None:
        raise CertificateUnreadable
    algorithm, point = kind
    here = trust()
    signer_of(algorithm, here)
    material = Material(
        algorithm, point, certificate=leaf, chain=tuple(chain), subject=officer.username
    )
    require_certified(material, fetch_lists(), clock.now(), here)
    handed_in = HandedIn(algorithm, point, certificate=leaf, chain=chain)
    return hand_in(session, officer, handed_in, by=officer.actor(session_id))


def _certificates(content: bytes) -> list[bytes]:
    if b"-----BEGIN" not in content:
        return [content]
    try:
        return [der(one) for one in x509.load_pem_x509_certificates(content)]
    except ValueError:
        raise CertificateUnreadable from None

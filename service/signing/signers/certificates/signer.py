"""Keys on tokens, with certificates: ECDSA P-256 (PKCS#11) and SM2 (domestic USB keys)."""

from collections.abc import Mapping
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from service.officers.points import P256, SM2, is_on
from service.officers.signing_keys import SM2_KEY, TOKEN
from service.signing.signers.certificates.keys import point_of, read
from service.signing.signers.certificates.path import path, require_named
from service.signing.signers.certificates.refusals import CertificateUnreadable
from service.signing.signers.certificates.revocation import require_not_revoked
from service.signing.signers.interface import Material
from service.signing.signers.refusals import KeyIsAnother, WrongSignature
from service.signing.signers.signature_der import is_strict
from service.signing.signers.sm2.check import is_signed
from service.signing.signers.trust import Trust


class TokenSigner:
    """ECDSA over P-256 with SHA-256."""

    algorithm = TOKEN
    _curve = P256

    def __init__(self, trust: Trust) -> None:
        self._trust = trust

    def verify(
        self,
        material: Material,
        message: bytes,
        signature: bytes,
        evidence: Mapping[str, bytes],
        at: datetime,
    ) -> None:
        """Raise NotTheSigner unless the certificate held at ``at`` and its key signed the message.

        ``evidence`` holds the issuers' revocation lists of that moment: ``crl_1``, …, in DER.
        """
        if not is_on(self._curve, material.public_key):
            raise KeyIsAnother
        require_certified(material, evidence, at, self._trust)
        self.require_made(material, message, signature)

    def require_made(self, material: Material, message: bytes, signature: bytes) -> None:
        """Raise NotTheSigner unless the key signed the message; nothing is asked of its certificate."""
        if not is_on(self._curve, material.public_key):
            raise KeyIsAnother
        if not is_strict(signature, self._curve.n):
            raise WrongSignature
        if not self._is_signed(material.public_key, message, signature):
            raise WrongSignature

    def _is_signed(self, point: bytes, message: bytes, signature: bytes) -> bool:
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        try:
            key.verify(signature, message, ec.ECDSA(hashes.SHA256()))
        except InvalidSignature:
            return False
        return True


class Sm2Signer(TokenSigner):
    """SM2 with SM3, under the identity of GB/T 35276."""

    algorithm = SM2_KEY
    _curve = SM2

    def _is_signed(self, point: bytes, message: bytes, signature: bytes) -> bool:
        return is_signed(point, message, signature)


def require_certified(
    material: Material, evidence: Mapping[str, bytes], at: datetime, trust: Trust
) -> None:
    """Raise NotTheSigner unless a certificate that held at ``at`` gives this key to this officer."""
    require_not_revoked(_whole(material, at, trust), evidence, at)


def require_never_revoked(
    material: Material,
    evidence: Mapping[str, bytes],
    signed_at: datetime,
    now: datetime,
    trust: Trust,
) -> None:
    """Raise NotTheSigner when one of the certificates that led to a root at the signing is revoked by now."""
    require_not_revoked(_whole(material, signed_at, trust), evidence, now)


def _whole(material: Material, at: datetime, trust: Trust) -> list[x509.Certificate]:
    leaf = named(material)
    between = [read(one) for one in material.chain]
    return path(leaf, between, [read(one) for one in trust.roots], at)


def named(material: Material) -> x509.Certificate:
    """Return the certificate that gives this key to this officer, whoever issued it; raises NotTheSigner."""
    if material.certificate is None:
        raise CertificateUnreadable
    leaf = read(material.certificate)
    if point_of(leaf) != (material.algorithm, material.public_key):
        raise KeyIsAnother
    require_named(leaf, material.subject)
    return leaf

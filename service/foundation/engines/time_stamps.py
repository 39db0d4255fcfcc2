"""A time-stamp authority (RFC 3161) for one machine: what a demonstration and tests ask.

It is real in form and proves nothing against whoever runs this machine, because its key lies here:
production names an authority of somebody else. The key and a root of its own are made on first use.
"""

import hashlib
import os
import secrets
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from asn1crypto import cms, core, tsp
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from service.foundation import clock

_POLICY = "1.2.3.4.1"
"""The example of OpenSSL's manual: this authority is bound by no policy."""
_BEGINS, _ENDS = datetime(2000, 1, 1, tzinfo=UTC), datetime(2049, 12, 31, tzinfo=UTC)
_FOR_STAMPS = ExtendedKeyUsageOID.TIME_STAMPING
_KEY, _CERTIFICATE, _ROOT = "authority.key", "authority.pem", "root.pem"


def answer(data_dir: Path, request: bytes) -> bytes:
    """Return the response in DER to a request in DER; a rejection when the request is none of ours."""
    home = _ensure(data_dir)
    try:
        asked = tsp.TimeStampReq.load(request, strict=True)
        imprint = asked["message_imprint"]
        known = imprint["hash_algorithm"]["algorithm"].native == "sha256"
        if not known or len(imprint["hashed_message"].native) != hashlib.sha256().digest_size:
            return rejection()
        return _granted(home, asked)
    except (ValueError, TypeError):
        return rejection()


def root(data_dir: Path) -> Path:
    """Return the PEM file of the root that the authority's certificate leads to."""
    return _ensure(data_dir) / _ROOT


def rejection() -> bytes:
    """Return the answer to a request that is not taken: status 2, bad algorithm, no token."""
    return bytes.fromhex("3009300702010203020780")


def _granted(home: Path, asked: tsp.TimeStampReq) -> bytes:
    said = {
        "version": "v1",
        "policy": _POLICY,
        "message_imprint": asked["message_imprint"],
        "serial_number": secrets.randbits(63),
        "gen_time": clock.now().astimezone(UTC).replace(microsecond=0),
    }
    if asked["nonce"].native is not None:
        said["nonce"] = asked["nonce"].native
    token = _signed(home, tsp.TSTInfo(said).dump())
    granted = tsp.PKIStatusInfo({"status": "granted"})
    response = tsp.TimeStampResp({"status": granted, "time_stamp_token": token})
    return bytes(response.dump())


def _signed(home: Path, content: bytes) -> cms.ContentInfo:
    certificate = asn1.Certificate.load(_der(home / _CERTIFICATE))
    digest = {"algorithm": "sha256"}
    signing = tsp.SigningCertificateV2(
        {"certs": [{"cert_hash": hashlib.sha256(certificate.dump()).digest()}]}
    )
    attributes = cms.CMSAttributes(
        [
            {"type": "content_type", "values": ["tst_info"]},
            {"type": "message_digest", "values": [hashlib.sha256(content).digest()]},
            {"type": "signing_certificate_v2", "values": [signing]},
        ]
    )
    key = load_pem_private_key((home / _KEY).read_bytes(), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError("the authority's key is an elliptic one")
    signature = key.sign(attributes.dump(), ec.ECDSA(hashes.SHA256()))
    by = {
        "version": "v1",
        "sid": {
            "issuer_and_serial_number": {
                "issuer": certificate.issuer,
                "serial_number": certificate.serial_number,
            }
        },
        "digest_algorithm": digest,
        "signed_attrs": attributes,
        "signature_algorithm": {"algorithm": "sha256_ecdsa"},
        "signature": signature,
    }
    signed = {
        "version": "v3",
        "digest_algorithms": [digest],
        "encap_content_info": {
            "content_type": "tst_info",
            "content": core.ParsableOctetString(content),
        },
        "certificates": [certificate],
        "signer_infos": [by],
    }
    return cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(signed)})


def _ensure(data_dir: Path) -> Path:
    """Return the folder with key and certificates; it gets its name only when it is complete."""
    home = data_dir / "keys" / "time-stamps"
    if home.exists():
        return home
    home.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    making = Path(tempfile.mkdtemp(prefix=".time-stamps-", dir=home.parent))
    _make(making)
    try:
        making.rename(home)
    except OSError:  # Another process was first: its authority is the one.
        shutil.rmtree(making)
    return home


def _make(home: Path) -> None:
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    issuer = _named("Anxin demonstration root")
    ca = (
        _begun(issuer, issuer, root_key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(issuing=True), critical=True)
        .sign(root_key, hashes.SHA256())
    )
    leaf = (
        _begun(_named("Anxin demonstration time-stamps"), issuer, key.public_key())
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(issuing=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([_FOR_STAMPS]), critical=True)
        .sign(root_key, hashes.SHA256())
    )
    # The root's key is not kept: it has issued the only certificate it ever will.
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    descriptor = os.open(home / _KEY, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as handle:
        handle.write(secret)
    (home / _CERTIFICATE).write_bytes(leaf.public_bytes(Encoding.PEM))
    (home / _ROOT).write_bytes(ca.public_bytes(Encoding.PEM))


def _begun(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(_BEGINS)
        .not_valid_after(_ENDS)
    )


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _usage(*, issuing: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not issuing,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=issuing,
        crl_sign=issuing,
        encipher_only=False,
        decipher_only=False,
    )


def _der(path: Path) -> bytes:
    return x509.load_pem_x509_certificate(path.read_bytes()).public_bytes(Encoding.DER)

"""The certificate of the bank's HTTPS door: made once, kept with its books; and a stranger's."""

from __future__ import annotations

import hashlib
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

YEARS = timedelta(days=3650)


def context_of(state: Path, name: str) -> tuple[ssl.SSLContext, str]:
    """Return a server's side of TLS and the SHA-256 of its certificate; made on first use."""
    path = state / f"{name}.pem"
    if not path.exists():
        keep_private(path, _made(name))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(path)
    shown = x509.load_pem_x509_certificate(path.read_bytes())
    der = shown.public_bytes(serialization.Encoding.DER)
    return context, hashlib.sha256(der).hexdigest()


def keep_private(path: Path, content: bytes) -> None:
    """Write a file whole that only its owner may read."""
    unfinished = path.with_name(f".{path.name}.tmp")
    unfinished.touch(mode=0o600)
    unfinished.write_bytes(content)
    unfinished.replace(path)


def _made(name: str) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"simulated bank, {name}")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + YEARS)
        .sign(key, hashes.SHA256())
    )
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ) + certificate.public_bytes(serialization.Encoding.PEM)

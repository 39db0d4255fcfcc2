"""How a bank knows that it is us: a certificate of our own, shown when the line is opened.

The key is in memory only. Whether the certificate holds is looked at before anybody is called.
"""

from __future__ import annotations

import os
import ssl
from datetime import UTC, datetime

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)

from bank_adapters.transport.address import AddressRefused, ClientCertificate
from bank_adapters.transport.outcome import BankUnreachable

# Alerts by which a server says that it is our certificate it does not like (RFC 8446, 6.2).
ABOUT_OURS = (
    # What a server of TLS 1.2 says to whoever shows none.
    "HANDSHAKE_FAILURE",
    "CERTIFICATE_REQUIRED",
    "BAD_CERTIFICATE",
    "UNSUPPORTED_CERTIFICATE",
    "CERTIFICATE_REVOKED",
    "CERTIFICATE_EXPIRED",
    "CERTIFICATE_UNKNOWN",
    "UNKNOWN_CA",
)


def require_usable(client: ClientCertificate, at: datetime) -> None:
    """Refuse what cannot be shown: no PEM, a key of another certificate, one that is over. Raises AddressRefused."""
    try:
        first = x509.load_pem_x509_certificates(client.chain.encode())[0]
        key = load_pem_private_key(client.key.encode(), None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise AddressRefused(
            "client_certificate must be a certificate in PEM, and its key PEM without a password",
            "client_certificate 须为 PEM 格式的证书，其私钥须为无口令的 PEM",
        ) from None
    as_written = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    if key.public_key().public_bytes(*as_written) != first.public_key().public_bytes(*as_written):
        raise AddressRefused(
            "the key is not that of client_certificate", "私钥与 client_certificate 不匹配"
        )
    if not first.not_valid_before_utc <= at <= first.not_valid_after_utc:
        raise AddressRefused(
            f"client_certificate holds from {first.not_valid_before_utc:%Y-%m-%d} to "
            f"{first.not_valid_after_utc:%Y-%m-%d} only",
            f"client_certificate 的有效期为 {first.not_valid_before_utc:%Y-%m-%d} 至 "
            f"{first.not_valid_after_utc:%Y-%m-%d}",
        )


def client_context(client: ClientCertificate | None) -> ssl.SSLContext:
    """Return our side of TLS. Raises BankUnreachable: what we would show is over or cannot be used."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    # No authority is asked: the certificate itself is pinned, and looked at before a byte is sent.
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    if client is not None:
        try:
            require_usable(client, datetime.now(UTC))
            _load(context, client)
        except (AddressRefused, ssl.SSLError):
            raise BankUnreachable("client_certificate_unusable", "connect") from None
    return context


def refuses_us(error: ssl.SSLError) -> bool:
    """Tell whether a server hung up because of our certificate, or because we showed none."""
    return "ALERT" in (error.reason or "") and any(
        one in (error.reason or "") for one in ABOUT_OURS
    )


def says_certificate(status: int, content: bytes) -> bool:
    """Tell whether a gateway lets the line stand and says on it that our certificate is missing or wrong."""
    return status in (400, 495, 496) and b"SSL certificate" in content


def _load(context: ssl.SSLContext, client: ClientCertificate) -> None:
    # OpenSSL reads certificates from files only; this one is on no disk.
    memory = os.memfd_create("client", os.MFD_CLOEXEC)
    try:
        os.write(memory, f"{client.key}\n{client.chain}".encode())
        context.load_cert_chain(f"/proc/self/fd/{memory}")
    finally:
        os.close(memory)

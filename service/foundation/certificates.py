"""Read certificates from files in PEM."""

from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from service.foundation.problems import Problem


class RootsUnusable(Problem):
    """A file of roots cannot be read, or holds none."""

    code = "certificate_roots_unusable"
    status = 500
    title = "The root certificates cannot be read"

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path} holds no PEM certificate that can be read; officers' certificates need the roots in it.",
            f"{path} 中没有可读取的 PEM 证书；人员证书需要其中的根证书。",
        )


def certificates_in(path: Path) -> tuple[bytes, ...]:
    """Return a PEM file's certificates in DER; raises :class:`RootsUnusable`."""
    try:
        found = x509.load_pem_x509_certificates(path.read_bytes())
    except (OSError, ValueError):
        raise RootsUnusable(path) from None
    return tuple(der(one) for one in found)


def der(certificate: x509.Certificate) -> bytes:
    """Return a certificate's bytes."""
    return certificate.public_bytes(Encoding.DER)

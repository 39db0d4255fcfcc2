"""What a check leans on beside the key: the profile, the web origin, the roots."""

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from service.foundation.problems import Problem
from service.foundation.settings import settings


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


@dataclass(frozen=True)
class Trust:
    """Everything a signer needs that is the installation's and not the officer's."""

    profile: str = "demo"
    origin: str = ""
    roots: tuple[bytes, ...] = field(default=())
    """DER."""

    @property
    def site(self) -> str:
        """What WebAuthn calls the relying party's id: the host of the origin."""
        return urlsplit(self.origin).hostname or ""


def trust() -> Trust:
    """Return what this installation trusts; raises :class:`RootsUnusable`."""
    now = settings()
    path = now.certificate_roots_file
    return Trust(
        profile=now.profile, origin=now.origin, roots=certificates_in(path) if path else ()
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

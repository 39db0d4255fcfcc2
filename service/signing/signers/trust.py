"""What a check leans on beside the key: the profile, the web origin, the roots."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from service.foundation.certificates import certificates_in
from service.foundation.settings import settings


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

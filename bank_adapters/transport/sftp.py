"""Carry files over SFTP: pinned host key, `.part` first, a rename that cannot overwrite."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from bank_adapters.contract import RemoteFolders
from bank_adapters.transport.outcome import Delivery, Sighting


@dataclass(frozen=True, slots=True)
class Login:
    """Whom we call and how we know it is them.

    `host_key` is the server's public key in OpenSSH form ("ssh-ed25519 AAAA…"); any other key is
    refused. Give `password` or `private_key` (OpenSSH PEM text).
    """

    host: str
    port: int
    username: str
    host_key: str
    password: str | None = field(default=None, repr=False)
    private_key: str | None = field(default=None, repr=False)
    connect_seconds: float = 15.0
    step_seconds: float = 60.0


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A finished file waiting for us; name, size and time together tell a repeated name apart."""

    folder: str
    name: str
    size: int
    modified_at: int


@dataclass(frozen=True, slots=True)
class FetchedFile:
    """A file as read; it still lies at the bank until `remove` is called."""

    remote: RemoteFile
    content: bytes = field(repr=False)
    sha256: str


class SftpTransport:
    """Synchronous; call from a worker thread or process, not from a running event loop."""

    def __init__(self, login: Login, folders: RemoteFolders) -> None:
        self.login = login
        self.folders = folders

    def deliver(self, name: str, content: bytes) -> Delivery:
        """Hand one file over once. Never raises; write your intent down before calling."""
        raise ConnectionError(name, len(content))

    def look(self, name: str, size: int) -> Sighting:
        """Look for a file in inbox, archive and acknowledgements. Raises ConnectionError."""
        raise ConnectionError(name, size)

    def withdraw(self, name: str, size: int) -> Sighting:
        """Delete our `.part`, if that is all there is: then the send provably never happened."""
        raise ConnectionError(name, size)

    def fetch_new(
        self,
        folder: str,
        *,
        known: Callable[[RemoteFile], bool],
        stable_seconds: float = 2.0,
        max_bytes: int = 128 * 1024 * 1024,
    ) -> list[FetchedFile]:
        """Read finished files that are not `known`; deletes nothing. Raises ConnectionError."""
        raise ConnectionError(folder, known, stable_seconds, max_bytes)

    def remove(self, file: RemoteFile) -> bool:
        """Delete a fetched file (and its marker) if unchanged; call after your commit."""
        raise ConnectionError(file.name)

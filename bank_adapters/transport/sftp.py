"""Carry files over SFTP, one call after the other, for code that knows nothing of event loops."""

from __future__ import annotations

from collections.abc import Callable

from bank_adapters.contract import RemoteFolders
from bank_adapters.transport import deliver, fetch
from bank_adapters.transport.fetch import FetchedFile, RemoteFile
from bank_adapters.transport.finish import finish
from bank_adapters.transport.outcome import Delivery, Sighting
from bank_adapters.transport.session import Login


class SftpTransport:
    """Synchronous: a call blocks its thread until the bank has answered or the time is up.

    Each call is one connection. `deliver` says what happened instead of raising; the others raise
    BankUnreachable (a ConnectionError) when the bank could not be asked.
    """

    def __init__(self, login: Login, folders: RemoteFolders) -> None:
        self.login = login
        self.folders = folders

    def deliver(self, name: str, content: bytes) -> Delivery:
        """Hand one file over once. Never raises; write your intent down before calling."""
        return finish(deliver.deliver(self.login, self.folders, name, content))

    def look(self, name: str, size: int, sha256: str = "") -> Sighting:
        """Look for a file in inbox, archive and answers, by its bytes where they can be read. Raises BankUnreachable."""
        return finish(deliver.look(self.login, self.folders, name, size, sha256))

    def withdraw(self, name: str, size: int) -> Sighting:
        """Delete our `.part`, if that is all there is: then the send provably never happened.

        Raises BankUnreachable.
        """
        return finish(deliver.withdraw(self.login, self.folders, name, size))

    def fetch_new(
        self,
        folder: str,
        *,
        known: Callable[[RemoteFile], bool],
        stable_seconds: float = 2.0,
        max_bytes: int = 128 * 1024 * 1024,
    ) -> list[FetchedFile]:
        """Read finished files that are not `known`; deletes nothing. Raises BankUnreachable."""
        return finish(fetch.fetch_new(self.login, folder, known, stable_seconds, max_bytes))

    def remove(self, file: RemoteFile) -> bool:
        """Delete a fetched file (and its marker) if unchanged; call after your commit.

        Raises BankUnreachable.
        """
        return finish(fetch.remove(self.login, file))

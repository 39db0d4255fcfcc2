"""What every way to a bank offers, whatever carries the bytes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from bank_adapters.transport.fetch import FetchedFile, RemoteFile
from bank_adapters.transport.outcome import Delivery, Sighting


class Transport(Protocol):
    """One bank's door: hand a file over, look for it there, read what the bank laid out.

    Calls block until the bank has answered or the time is up. `deliver` says what happened instead
    of raising; the others raise BankUnreachable when the bank could not be asked.
    """

    def deliver(self, name: str, content: bytes) -> Delivery:
        """Hand one file over once: delivered, provably not delivered, or unknown."""

    def look(self, name: str, size: int, sha256: str = "") -> Sighting:
        """Return the bank's own view of a file of ours; never changes anything there.

        With ``sha256`` another's file under our name is not taken for ours, even one of equal size.
        """

    def withdraw(self, name: str, size: int) -> Sighting:
        """Take back what cannot have been executed, if that is all there is; else only look."""

    def fetch_new(
        self,
        folder: str,
        *,
        known: Callable[[RemoteFile], bool],
        stable_seconds: float = 2.0,
        max_bytes: int = 128 * 1024 * 1024,
    ) -> list[FetchedFile]:
        """Return replies or statements that are finished and not `known`; deletes nothing."""

    def remove(self, file: RemoteFile) -> bool:
        """Say that a fetched file is ours now; called after our commit."""

"""The clerk of a bank that takes files from a person: carries them in, and brings answers back out.

Works between a folder of the county's and a customer's folders here, as a person would: uploads what
lies there finished, leaves it lying, and never uploads one file twice unless told to.
"""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path

from bank_adapters.simulator.bank import Bank, write_whole
from bank_adapters.simulator.customers import CustomerRefused

MARKER = ".ok"
_WRITTEN = re.compile(r"([a-z][a-z0-9-]{0,31})=(/.+)")
# County's folder → the customer's folder here.
_OUT = {"outbox": "incoming", "statements": "statements"}
FOLDERS = ("outgoing", "carried", "incoming", "statements")


@dataclass(frozen=True)
class Clerk:
    """One customer's clerk; `folder` is where the county lays files out for it."""

    user: str
    folder: Path

    def open(self) -> None:
        """Make the county's folders, where they are not there."""
        for name in FOLDERS:
            (self.folder / name).mkdir(parents=True, exist_ok=True)

    def work(self, bank: Bank) -> None:
        """Carry what is new in, and bring what the bank laid out."""
        self._carry(bank)
        self._bring(bank)

    def _carry(self, bank: Bank) -> None:
        for path in sorted((self.folder / "outgoing").glob("*")):
            if path.name.startswith(".") or not path.is_file():
                continue
            try:
                content, told = path.read_bytes(), path.stat()
            except FileNotFoundError:  # Taken back while it was looked at.
                continue
            # The same file laid out once more is carried once more.
            laid = f"{told.st_ino}:{told.st_mtime_ns}:{hashlib.sha256(content).hexdigest()}"
            known = f"carried:{self.user}:{path.name}"
            if bank.books.meta(known) == laid:
                continue
            with bank.books.transaction():
                bank.books.remember(known, laid)
                times = int(bank.books.meta(f"{known}:times") or 0)
                bank.books.remember(f"{known}:times", str(times + 1))
                forgotten = bank.books.take_fault("clerk_forgets", self.user)
                again = bank.books.take_fault("clerk_uploads_twice", self.user)
            if not forgotten:
                write_whole(bank.state / self.user / "inbox" / path.name, content)
            if again:
                stem, dot, ending = path.name.rpartition(".")
                twice = f"{stem}-2{dot}{ending}"
                write_whole(bank.state / self.user / "inbox" / twice, content)

    def _bring(self, bank: Bank) -> None:
        for ours, theirs in _OUT.items():
            for path in sorted((bank.state / self.user / ours).glob("*")):
                # Laid out whole before it is marked.
                marked = path.with_name(path.name + MARKER)
                if path.name.startswith(".") or path.name.endswith(MARKER) or not marked.exists():
                    continue
                write_whole(self.folder / theirs / path.name, path.read_bytes())
                write_whole(self.folder / theirs / marked.name, b"")
                marked.unlink()
                path.unlink()


def clerk(written: str, users: set[str]) -> Clerk:
    """Return the clerk in `NAME=/FOLDER`. Raises CustomerRefused."""
    match = _WRITTEN.fullmatch(written)
    if match is None or match[1] not in users:
        raise CustomerRefused(f"{written!r} is not NAME=/FOLDER with the name of a customer.")
    return Clerk(match[1], Path(os.path.normpath(match[2])))

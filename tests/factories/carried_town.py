"""A county one of whose banks takes files from a clerk only, out of a folder."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bank_adapters.simulator.books import Books
from service.dispatch.channels import fund
from service.foundation import jobs
from service.ledger.models import BankChannel
from tests.bank_adapters.banks import RunningBank, wait_until
from tests.factories.banks import OPENING_FEN, USERS, plan, register
from tests.factories.batches import PAY_DAY, channel
from tests.factories.officers import staff
from tests.factories.residents import _sessions
from tests.factories.town import SENDING, Town
from tests.foundation.committed import Committed


def folder_channel(folder: Path, code: str = "rural") -> BankChannel:
    """Register a bank whose clerk carries files between it and this folder."""
    for name in ("outgoing", "carried", "incoming", "statements"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    server = {"host": "", "port": 0, "host_key": "", "username": "", "password": ""}
    return channel(code, kind="folder", folder=str(folder), **server)


class CarriedTown(Town):
    """Its bank “rural” is the simulator's customer of the standard, reached by a clerk."""

    def __init__(self, committed: Committed, bank: RunningBank, folder: Path) -> None:
        super().__init__(committed, bank)
        self.folder = folder

    def open(self, **changes: Any) -> "CarriedTown":
        """Start the bank with its clerk, register both channels and hire everyone."""
        self.bank.arrange(plan(**changes))
        self.bank.clerks = [f"{USERS['rural']}={self.folder}"]
        self.bank.start()
        with self.committed.transaction() as session:
            self.people = staff()
            register(self.bank, "ccb")
            fund(_sessions[0], folder_channel(self.folder), OPENING_FEN, on=PAY_DAY.replace(day=1))
            for one in self.everyone:
                session.expunge(one)
        return self

    def lying(self, folder: str = "outgoing") -> Sequence[str]:
        """Return the names of the files that lie in one of the clerk's folders."""
        return sorted(one.name for one in (self.folder / folder).iterdir())

    def wait_for_clerk(self, times: int = 1) -> None:
        """Wait until the clerk has seen the file that lies there, so many times altogether."""
        name = self.file("rural").file_name

        def seen() -> bool:
            books = Books(self.bank.state)
            try:
                return int(books.meta(f"carried:iso:{name}:times") or 0) >= times
            finally:
                books.close()

        wait_until(seen)

    def put_away(self) -> None:
        """Let the jobs that clear the folder do so."""
        jobs.drain(kinds=("dispatch.put_away", *SENDING))

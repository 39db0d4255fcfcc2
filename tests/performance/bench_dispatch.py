"""A million payments end to end: written, sealed, signed, handed over, answered, reconciled, closed.

Run with ``.venv/bin/python -m tests.performance.bench_dispatch [--payments 1000000]``. The list is
approved by the real verbs while it is small and then grown in the database; from there on every step
is the service's own, in this process. The bank is the simulator with its books, in this process
too: instead of SFTP, which only copies bytes, its inbox and outbox are folders. What the bank needs
stands in lines of its own. CPU seconds are this process and PostgreSQL together; the peak is the
most this process held in a step. At the end the bank's books are compared with ours.
"""

import argparse
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest import mock
from uuid import UUID

import psutil

from bank_adapters.simulator.bank import Bank
from bank_adapters.simulator.books import referee
from bank_adapters.simulator.days import close_day as bank_closes
from bank_adapters.transport import (
    Delivery,
    FetchedFile,
    Outcome,
    Place,
    RemoteFile,
    Sighting,
)
from bank_adapters.transport.outcome import ended
from tests.performance.bench_batches import Clock
from tests.performance.bench_month import anxin

PROGRAMME = "MZ15"


class Folder:
    """The way to a bank whose folders lie on this machine."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def deliver(self, name: str, content: bytes) -> Delivery:
        """Write whole, then rename."""
        part = self.home / "inbox" / f"{name}.part"
        part.write_bytes(content)
        part.rename(self.home / "inbox" / name)
        return ended(Outcome.DELIVERED, "confirm", "delivered")

    def look(self, name: str, size: int, sha256: str = "") -> Sighting:  # noqa: ARG002
        """Look into the inbox."""
        there = (self.home / "inbox" / name).exists()
        place, outcome = (
            (Place.INBOX, Outcome.DELIVERED) if there else (Place.NOWHERE, Outcome.UNKNOWN)
        )
        return Sighting(place, size if there else None, outcome)

    def fetch_new(self, folder: str, **_: Any) -> Iterator[FetchedFile]:
        """Hand out every finished file, one at a time."""
        for path in sorted((self.home / folder.strip("/")).glob("*.xml")):
            remote = RemoteFile(folder, path.name, path.stat().st_size, 0)
            yield FetchedFile(remote, path.read_bytes(), "")

    def remove(self, file: RemoteFile) -> bool:
        """Delete what was read."""
        path = self.home / file.path.strip("/")
        path.with_name(path.name + ".ok").unlink()
        path.unlink()
        return True


class Steps:
    """Runs a step and prints what it took."""

    def __init__(self, clock: Clock, payments: int) -> None:
        self.clock, self.payments = clock, payments

    @contextmanager
    def step(self, what: str) -> Iterator[None]:
        """Time what happens inside and say it."""
        Path("/proc/self/clear_refs").write_text("5")
        with self.clock.running(what):
            yield
        wall, cpu = self.clock.took[what]
        print(
            f"{what:<44}{cpu:>9.1f}{wall:>9.1f}{_peak_mb():>9,}{self.payments / cpu:>11,.0f}",
            flush=True,
        )


def main() -> None:
    """Run the benchmark and print its table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--payments", type=int, default=1_000_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="anxin-bench-") as folder:
        os.environ["ANXIN_DATA_DIR"] = str(Path(folder) / "data")
        os.environ["ANXIN_DATABASE_URL"] = anxin("db", "url").strip()
        try:
            anxin("db", "upgrade")
            bench(Path(folder), given.payments)
        finally:
            os.environ.pop("ANXIN_DATABASE_URL", None)
            anxin("down")


def bench(home: Path, payments: int) -> None:
    """Make the list and pay it, printing each step."""
    from service import load_jobs
    from service.foundation.database import transaction
    from tests.factories import residents
    from tests.factories.banks import DEBIT_ACCOUNTS, OPENING_FEN
    from tests.factories.officers import staff
    from tests.performance.dispatch_data import approved_list

    load_jobs()
    bank = Bank(home / "bank", seed=1)
    opening = OPENING_FEN * 100
    bank.adopt_plan(
        '{"pickup_seconds": 0, "shares": {"reject": 0.03, "return": 0.01}, "debit_accounts": '
        f'{{"iso": {{"{DEBIT_ACCOUNTS["rural"]}": {opening}}}}}}}'
    )
    with transaction() as session:
        residents.use(session)
        people = staff()
        batch_id = approved_list(session, people, payments, opening).id
    _analyze()
    steps = Steps(Clock(psutil.Process(_postmaster(home))), payments)
    print(
        f"\n{payments:,} payments in process, which holds {_peak_mb():,} MB before it begins\n"
        f"{'what':<44}{'cpu s':>9}{'wall s':>9}{'peak MB':>9}{'a second':>11}"
    )
    pay(steps, bank, batch_id, people)
    ours = [took for what, took in steps.clock.took.items() if not what.startswith("(")]
    wall, cpu = (sum(one[place] for one in ours) for place in (0, 1))
    print(f"{'all of ours':<44}{cpu:>9.1f}{wall:>9.1f}")
    bank.books.close()
    compare(home / "bank", batch_id)


def pay(steps: Steps, bank: Bank, batch_id: UUID, people: Any) -> None:
    """Take the list from approved to two closed days."""
    from service.batches.models import Batch
    from service.dispatch.channels import WAYS
    from service.dispatch.prepare import prepare
    from service.foundation import jobs
    from service.foundation.database import transaction
    from service.ledger.models import BankChannel
    from service.ledger.queries import channels
    from service.reconciliation import collect
    from service.reconciliation.close_day import close_day
    from service.signing.software import sign_with_software_key
    from tests.factories import residents
    from tests.factories.batches import PAY_DAY

    def way(_channel: BankChannel) -> Any:
        return Folder(bank.state / "iso")

    with mock.patch.dict(WAYS, {"sftp": way}):
        with steps.step("prepared: pain.001, sealed, manifest"), transaction() as session:
            prepare(session, str(batch_id), PAY_DAY.isoformat())
        with steps.step("signed"), transaction() as session:
            residents.use(session)
            sign_with_software_key(session, session.get_one(Batch, batch_id), by=people.signer)
        with steps.step("verified and handed over"):
            jobs.drain(kinds=("dispatch.begin", "dispatch.hand_over"))
        with steps.step("(the bank reads, pays, answers)"):
            bank.take_inbox()
            bank.take_inbox()
            bank.lay_out()
        with steps.step("answers read, matched, posted"):
            collect.collect("rural")
        for day in (PAY_DAY, PAY_DAY + timedelta(days=1)):
            bank_closes(bank, day)
            bank.lay_out()
            with steps.step(f"statement of {day} read, day closed"):
                collect.collect("rural")
                with transaction() as session:
                    (rural,) = (one for one in channels(session) if one.code == "rural")
                    close_day(session, rural, day, by=people.reconciler)


def compare(state: Path, batch_id: UUID) -> None:
    """Say whether the bank's books are ours."""
    from service.batches.models import Batch
    from service.foundation.database import transaction
    from service.ledger.queries import balances
    from tests.factories.banks import our_totals

    theirs = {
        state: (sums["count"], sums["amount_fen"])
        for state, sums in referee(state)["totals"].items()
    }
    with transaction() as session:
        ours, total = our_totals(session), sum(balances(session).values())
        batch = session.get_one(Batch, batch_id).state
    same = "the bank's books are ours to the fen" if ours == theirs else f"THEIRS {theirs}"
    print(f"{same}; the ledger adds up to {total}; the list is {batch}; ours {ours}")


def _analyze() -> None:
    from sqlalchemy import text

    from service.foundation.database import engine

    with engine().connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("VACUUM ANALYZE"))


def _postmaster(home: Path) -> int:
    (found,) = (home / "data").rglob("postmaster.pid")
    return int(found.read_text().splitlines()[0])


def _peak_mb() -> int:
    """The most this process held since the mark was last reset."""
    for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) // 1024
    return 0


if __name__ == "__main__":
    main()

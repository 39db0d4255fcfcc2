"""A county whose two banks are spoken to over HTTPS: one in ICBC's style, one in ABC's.

They stand where the other towns have their two: every step of a batch goes the same way.
"""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from multiprocessing.connection import Connection
from typing import Any

from service.dispatch.channels import fund
from service.foundation import jobs
from service.foundation.database import transaction
from service.ledger.models import BankChannel
from service.ledger.queries import channels
from service.reconciliation.ask import ask_result, ask_statement
from service.reconciliation.collect import collect
from tests.bank_adapters.banks import wait_until
from tests.factories.banks import DEBIT_ACCOUNTS, OPENING_FEN
from tests.factories.batches import PAY_DAY, channel
from tests.factories.officers import staff
from tests.factories.town import Town

STYLES = {"ccb": "icbc", "rural": "abc"}


def direct_plan(**changes: Any) -> dict[str, Any]:
    """Return the plan of a bank that has the county's money."""
    accounts = {STYLES[code]: {number: OPENING_FEN} for code, number in DEBIT_ACCOUNTS.items()}
    return {"debit_accounts": accounts, **changes}


def direct_fault(kind: str, code: str = "rural", times: int = 1) -> dict[str, Any]:
    """Return one fault for a plan."""
    return {"kind": kind, "user": STYLES[code], "times": times}


@dataclass
class DirectTown(Town):
    """What a test works with; every method commits."""

    def open(self, **changes: Any) -> "DirectTown":
        """Start the bank with a plan, register both channels and hire everyone."""
        self.bank.arrange(direct_plan(**changes))
        self.bank.start()
        with self.committed.transaction() as session:
            self.people = staff()
            for code in STYLES:
                fund(session, self.register(code), OPENING_FEN, on=PAY_DAY.replace(day=1))
            for one in self.everyone:
                session.expunge(one)
        return self

    def register(self, code: str, **changes: Any) -> BankChannel:
        """Register one channel as it is now; inside a transaction."""
        door, user = self.bank.where["https"], STYLES[code]
        given: dict[str, Any] = {
            "kind": "https",
            "profile": f"{user}-direct",
            "url": f"https://127.0.0.1:{door['port']}/{user}",
            "certificate_sha256": door["certificate_sha256"],
            "username": user,
            "password": door["users"][user],
            "host": "",
            "port": 0,
            "host_key": "",
        }
        return channel(code, **{**given, **changes})

    def arrange(self, **changes: Any) -> None:
        """Give the running bank another plan."""
        content = json.dumps(direct_plan(**changes)).encode()
        self.bank.command(f"plan-{next(self.plans)}.json", content)

    def ask(self) -> None:
        """Ask what became of every file, as a turn of it does."""
        for file in self.files():
            with transaction() as session:
                ask_result(session, str(file.id))

    def ask_until(self, done: Callable[[], bool]) -> None:
        """Ask until something is so."""

        def asked() -> bool:
            self.ask()
            return done()

        wait_until(asked)

    def state_day(self, day: date = PAY_DAY) -> None:
        """Let the bank close a day and ask for the statements that are missing."""
        self.bank.command(f"end-of-day-{day:%Y%m%d}")
        for one in self.channels():
            with transaction() as session:
                ask_statement(session, str(one.id), day.isoformat())

    def channels(self) -> list[BankChannel]:
        """Return both channels."""
        with self.committed.transaction() as session:
            return list(channels(session))

    def round(self) -> None:
        """Do what the scheduler does every half minute, and the jobs that it asks for."""
        for code in STYLES:
            collect(code)
        jobs.drain(kinds=("reconciliation.ask_result", "reconciliation.ask_statement"))


def work(environment: dict[str, str], kinds: tuple[str, ...], begun: Connection) -> None:
    """Do jobs as a worker would, until none is due or somebody kills this process."""
    os.environ.update(environment)
    begun.send(True)
    jobs.drain(kinds=kinds)

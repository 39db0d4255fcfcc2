"""A desk at the one simulated bank: a customer of its own, orders handed in, answers and statements read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from itertools import count
from typing import Any

from bank_adapters import Instruction, Reply, Statement, WrittenFile, adapter_for
from bank_adapters.formats import ReadFile
from bank_adapters.registry import format_for
from bank_adapters.sheets.load import shipped
from tests.bank_adapters.banks import RunningBank, wait_until
from tests.bank_adapters.makers import HEADER, instruction

DESKS = 60
# A customer for every table profile, the versions of pain.001, one with MT940, and plain ones.
TABLES = tuple(f"{one.name}={one.name}" for one in shipped() if one.name != "ccb")
STANDARDS = ("v03=pain.001.001.03", "v09=pain.001.001.09", "v11=pain.001.001.11")
PLAIN = tuple(f"desk{n:02d}=iso20022" for n in range(1, DESKS + 1))
CUSTOMERS = (*TABLES, *STANDARDS, "swift=rural-card:mt940", *PLAIN)
ACCOUNT = "6222600260001072{:03d}"
_desks = count(1)
_orders = count(1)
_days = count()
_plans = count()


def payments(number: int, **changes: object) -> list[Instruction]:
    """Return this many payments to different accounts; the amounts differ too."""
    return [
        instruction(n, account_no=ACCOUNT.format(n), account_name=f"王{n:02d}", **changes)
        for n in range(1, number + 1)
    ]


def fate(number: int, do: str, **more: Any) -> dict[str, Any]:
    """Return a plan's entry for the payment with this number."""
    return {ACCOUNT.format(number): {"do": do, **more}}


def next_day() -> date:
    """Return the next bank day that no test has closed."""
    return date(2027, 1, 1) + timedelta(days=next(_days))


class Desk:
    """One customer: `user` at the bank, `profile` its format."""

    def __init__(self, bank: RunningBank, user: str, profile: str) -> None:
        self.bank, self.user, self.profile = bank, user, profile
        self.root = bank.state / user
        self.reference = ""

    @classmethod
    def fresh(cls, bank: RunningBank) -> Desk:
        """Return the next plain customer."""
        return cls(bank, f"desk{next(_desks):02d}", "iso20022")

    def plan(self, *faults: str | dict[str, Any], **plan: Any) -> None:
        """Give the bank a plan; faults are this customer's, by name or with their options."""
        given = [{"kind": one} if isinstance(one, str) else one for one in faults]
        document = {
            "pickup_seconds": 0.0,
            "faults": [{"user": self.user, **one} for one in given],
            **plan,
        }
        self.bank.command(f"plan-{next(_plans)}.json", json.dumps(document).encode())

    def write(self, lines: Sequence[Instruction], reference: str = "") -> WrittenFile:
        """Return an order file of this customer."""
        self.reference = reference or f"{self.user.upper()[:8]}-{next(_orders)}"
        header = replace(HEADER, file_reference=self.reference)
        return format_for(self.profile).write(header, list(lines))

    def send(self, lines: Sequence[Instruction], reference: str = "") -> WrittenFile:
        """Hand an order in and wait until the bank has decided."""
        order = self.write(lines, reference)
        self.hand_in(order.name, order.content)
        return order

    def hand_in(self, name: str, content: bytes) -> None:
        """Lay a file into the inbox as a whole and wait until it is gone."""
        path = self.root / "inbox" / name
        path.with_name(f"{name}.part").write_bytes(content)
        path.with_name(f"{name}.part").rename(path)
        wait_until(lambda: not path.exists())

    def files(self, folder: str, number: int) -> dict[str, bytes]:
        """Return this many finished files of a folder, in the order of their names."""
        where = self.root / folder
        wait_until(lambda: len(list(where.glob("*.ok"))) >= number)
        names = sorted(path.name.removesuffix(".ok") for path in where.glob("*.ok"))
        return {name: (where / name).read_bytes() for name in names}

    def replies(self, number: int = 1) -> dict[str, Reply]:
        """Return this many answers, read; the key is what the name has behind the file's stem."""
        adapter = adapter_for(self.profile)
        return {
            name: adapter.read_reply(name, content)
            for name, content in self.files("outbox", number).items()
        }

    def reply(self) -> Reply:
        """Return the only answer."""
        (only,) = self.replies().values()
        return only

    def close(self) -> date:
        """Close the next day of the whole bank; return it."""
        day = next_day()
        self.bank.command(f"end-of-day-{day:%Y%m%d}")
        return day

    def statement(self, number: int = 1) -> Statement:
        """Return the main account's newest of this many statements, as the channel reads them."""
        content = list(self.files("statements", number).values())[-1]
        read = adapter_for(self.profile).read_statement(content)
        assert read.believable, [one.code for one in read.faults]
        return next(one for one in read.statements if one.account == HEADER.debtor_account)

    def look(self, name: str, content: bytes) -> ReadFile:
        """Read a message by the name of its format."""
        return format_for(name).read(BytesIO(content))

    def booked(self) -> list[dict[str, Any]]:
        """Return the bank's own view of this customer's payments."""
        found = self.bank.referee()["payments"]
        return [one for one in found if one["bank"] == self.user]

    def states(self) -> list[str]:
        """Return the state of each of this customer's payments in the bank's books."""
        return [one["state"] for one in self.booked()]

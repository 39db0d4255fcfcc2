"""The simulated bank's HTTPS door, spoken to as the service would."""

from __future__ import annotations

import sqlite3
from datetime import UTC, date, datetime
from typing import Any

from bank_adapters import FileHeader, WrittenFile, adapter_for
from bank_adapters.direct.adapter import Direct
from bank_adapters.direct.profile import Customer
from bank_adapters.simulator.books import FILE_NAME
from bank_adapters.transport import Door, HttpsTransport
from tests.bank_adapters.banks import RunningBank
from tests.bank_adapters.makers import instructions

USERS = ("icbc", "abc")
ACCOUNT = "4000021209014411111"


def bank_of(user: str) -> Direct:
    """Return one of the two banks as its simulated customer writes to it."""
    adapter = adapter_for(f"{user}-direct")
    assert isinstance(adapter, Direct)
    return adapter.of(Customer(user))


def order(user: str, reference: str, lines: int = 3) -> WrittenFile:
    """Write an order of its own number."""
    header = FileHeader(
        file_reference=reference,
        created_at=datetime(2026, 11, 23, 1, 2, 3, tzinfo=UTC),
        execution_date=date(2026, 11, 25),
        debtor_name="安心县财政局惠民专户",
        debtor_account=ACCOUNT,
        debtor_bank_code="102100099996",
        programme_summary="高龄津贴",
    )
    return bank_of(user).write(header, instructions(lines))


def line(
    bank: RunningBank, user: str, written: WrittenFile | None = None, **changes: Any
) -> HttpsTransport:
    """Return the line to the running bank; `changes` of its door."""
    said = bank.where["https"]
    given: dict[str, Any] = {
        "host": "127.0.0.1",
        "port": said["port"],
        "path": f"/{user}",
        "certificates": frozenset({said["certificate_sha256"]}),
        "username": user,
        "password": said["users"][user],
        "loopback": True,
        "connect_seconds": 20.0,
        "answer_seconds": 20.0,
        **changes,
    }
    content = (lambda: written.content) if written else None
    return HttpsTransport(Door(**given), bank_of(user).dialect, content)


def heard(bank: RunningBank) -> list[str]:
    """Return the paths the bank was asked at, in order."""
    books = sqlite3.connect(bank.state / FILE_NAME, timeout=30)
    try:
        return [row[0] for row in books.execute("SELECT path FROM request ORDER BY id")]
    finally:
        books.close()


def let_time_pass(bank: RunningBank) -> None:
    """Let every answer be due that the bank still works on."""
    books = sqlite3.connect(bank.state / FILE_NAME, timeout=30)
    try:
        books.execute("UPDATE answer SET due_at = 0")
        books.commit()
    finally:
        books.close()

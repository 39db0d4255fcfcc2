"""The bank's books in SQLite, and the referee: `python -m bank_adapters.simulator.books --state DIR`.

The books are the truth of every test: what was really paid, however the connection broke.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

FILE_NAME = "books.sqlite3"
SCHEMA = Path(__file__).with_name("schema.sql")
PAYMENTS = """
    SELECT file.bank, file.file_reference, payment.reference, payment.account_no,
           payment.amount_fen, payment.deed, payment.code, payment.returned_on_no
    FROM payment JOIN file ON file.id = payment.file_id
    WHERE file.refused_code = '' ORDER BY file.id, payment.serial
"""


class Books:
    """One connection to the books; every change is one transaction that survives a kill."""

    def __init__(self, state: Path) -> None:
        self.connection = sqlite3.connect(state / FILE_NAME, isolation_level=None, timeout=30)
        self.connection.row_factory = sqlite3.Row
        self.connection.execute("PRAGMA journal_mode = WAL")
        self.connection.execute("PRAGMA synchronous = FULL")
        self.connection.execute("PRAGMA foreign_keys = ON")
        self.connection.executescript(SCHEMA.read_text(encoding="utf-8"))

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing."""
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield self.connection
        except BaseException:
            self.connection.execute("ROLLBACK")
            raise
        self.connection.execute("COMMIT")

    def rows(self, query: str, *values: object) -> list[sqlite3.Row]:
        """Return every row of a query."""
        return self.connection.execute(query, values).fetchall()

    def meta(self, key: str) -> str:
        """Return a remembered text, "" when there is none."""
        found = self.rows("SELECT value FROM meta WHERE key = ?", key)
        return str(found[0]["value"]) if found else ""

    def remember(self, key: str, value: str) -> None:
        """Keep a text under a key."""
        self.connection.execute(
            "INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            (key, value),
        )

    def take_fault(self, kind: str, user: str) -> bool:
        """Use one of the arranged faults up; return whether there was one."""
        taken = self.connection.execute(
            "UPDATE fault SET remaining = remaining - 1 WHERE id ="
            " (SELECT min(id) FROM fault WHERE kind = ? AND user = ? AND remaining > 0)",
            (kind, user),
        )
        return taken.rowcount == 1

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()


def referee(state: Path) -> dict[str, Any]:
    """Return what was really paid: every payment, sums per state, and anything paid twice."""
    books = Books(state)
    try:
        payments = [_payment(row) for row in books.rows(PAYMENTS)]
        accounts = [dict(row) for row in books.rows("SELECT * FROM account ORDER BY 1, 2")]
    finally:
        books.close()
    paid = Counter(one["reference"] for one in payments if one["state"] != "rejected")
    sums: dict[str, dict[str, int]] = {}
    for one in payments:
        total = sums.setdefault(one["state"], {"count": 0, "amount_fen": 0})
        total["count"] += 1
        total["amount_fen"] += one["amount_fen"]
    return {
        "payments": payments,
        "totals": sums,
        "paid_more_than_once": sorted(key for key, count in paid.items() if count > 1),
        "accounts": accounts,
    }


def _payment(row: sqlite3.Row) -> dict[str, Any]:
    state = "rejected" if row["deed"] == "reject" else "paid"
    if row["returned_on_no"] is not None:
        state = "returned"
    return {
        "bank": row["bank"],
        "file_reference": row["file_reference"],
        "reference": row["reference"],
        "account_no": row["account_no"],
        "amount_fen": row["amount_fen"],
        "state": state,
        "code": row["code"],
        "told": row["deed"] != "silent",
    }


def main() -> None:
    """Print the referee's view as JSON."""
    parser = argparse.ArgumentParser(description="What the simulated bank really paid.")
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--json", action="store_true", help="print every payment, not only sums")
    given = parser.parse_args()
    view = referee(given.state)
    if not given.json:
        view = {key: view[key] for key in ("totals", "paid_more_than_once")}
    sys.stdout.write(json.dumps(view, ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    main()

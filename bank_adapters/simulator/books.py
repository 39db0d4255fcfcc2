"""The bank's books in SQLite, and the referee: `python -m bank_adapters.simulator.books --state DIR`.

The books are the truth of every test: what was really paid, however the connection broke.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bank_adapters.simulator.believed import compare
from bank_adapters.simulator.fates import COURSES, Deed

FILE_NAME = "books.sqlite3"
SCHEMA = Path(__file__).with_name("schema.sql")
# Columns that later versions added: books kept from before get them when they are opened.
ADDED = {
    "payment": {
        "account_name": "TEXT NOT NULL DEFAULT ''",
        "back": "TEXT NOT NULL DEFAULT ''",
        "returned_fen": "INTEGER",
        "undone_on_no": "INTEGER",
    },
    "answer": {"closings": "INTEGER NOT NULL DEFAULT 0"},
    "fault": {"options": "TEXT NOT NULL DEFAULT '{}'"},
}
PAYMENTS = """
    SELECT file.bank, file.file_reference, payment.serial, payment.reference, payment.account_no,
           payment.amount_fen, payment.deed, payment.code, payment.returned_on_no,
           payment.returned_fen, payment.undone_on_no
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
        self._add_columns()

    def _add_columns(self) -> None:
        for table, columns in ADDED.items():
            having = {row["name"] for row in self.rows(f"PRAGMA table_info({table})")}
            for name in sorted(set(columns) - having):
                self.connection.execute(f"ALTER TABLE {table} ADD COLUMN {name} {columns[name]}")

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

    def arrange(self, kind: str, user: str, times: int, options: Mapping[str, Any]) -> None:
        """Arrange a behaviour for a user, so many times."""
        self.connection.execute(
            "INSERT INTO fault (kind, user, remaining, options) VALUES (?, ?, ?, ?)",
            (kind, user, times, json.dumps(dict(options))),
        )

    def has_fault(self, kind: str, user: str = "") -> bool:
        """Return whether a behaviour is arranged, for one user or for any."""
        query = "SELECT 1 FROM fault WHERE kind = ? AND remaining > 0 AND (? = '' OR user = ?)"
        return bool(self.rows(query, kind, user, user))

    def take_fault(self, kind: str, user: str = "") -> bool:
        """Use one of the arranged faults up; return whether there was one."""
        return self.taken_fault(kind, user) is not None

    def taken_fault(self, kind: str, user: str = "") -> dict[str, Any] | None:
        """Use one of the arranged faults up; return its options, None when there is none."""
        found = self.rows(
            "SELECT id, options FROM fault WHERE kind = ? AND remaining > 0"
            " AND (? = '' OR user = ?) ORDER BY id LIMIT 1",
            kind,
            user,
            user,
        )
        if not found:
            return None
        self.connection.execute(
            "UPDATE fault SET remaining = remaining - 1 WHERE id = ?", (found[0]["id"],)
        )
        options: dict[str, Any] = json.loads(found[0]["options"])
        return options

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
    paid = Counter(
        one["reference"] for one in payments if one["state"] != "rejected" and one["reference"]
    )
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


def state_of(row: sqlite3.Row) -> str:
    """Return what became of a payment: paid, rejected or returned."""
    if row["returned_on_no"] is not None and row["undone_on_no"] is None:
        return "returned"
    return "paid" if COURSES[Deed(row["deed"])].pays else "rejected"


def _payment(row: sqlite3.Row) -> dict[str, Any]:
    return {
        "bank": row["bank"],
        "file_reference": row["file_reference"],
        "serial": row["serial"],
        "reference": row["reference"],
        "account_no": row["account_no"],
        "amount_fen": row["amount_fen"],
        "state": state_of(row),
        "deed": row["deed"],
        "code": row["code"],
        "returned_fen": row["returned_fen"],
        "told": row["deed"] != Deed.SILENT,
    }


def main() -> None:
    """Print the referee's view as JSON; with `--believed FILE` every difference from it instead."""
    parser = argparse.ArgumentParser(description="What the simulated bank really paid.")
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--json", action="store_true", help="print every payment, not only sums")
    parser.add_argument("--believed", type=Path, help="JSON of what the county believes")
    given = parser.parse_args()
    view = referee(given.state)
    if given.believed is not None:
        found = compare(view, json.loads(given.believed.read_text(encoding="utf-8")))
        for one in found:
            sys.stdout.write(f"{one.kind}: {one.english}\n    {one.chinese}\n")
        sys.exit(1 if any(one.wrong for one in found) else 0)
    if not given.json:
        view = {key: view[key] for key in ("totals", "paid_more_than_once")}
    sys.stdout.write(json.dumps(view, ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    main()

"""Obey files uploaded to `/control`: change the plan, close a day, send an answer again.

Each is removed when obeyed and leaves a small JSON file `NAME.done` or `NAME.refused`.
"""

from __future__ import annotations

import json
import re
import time
from datetime import date
from pathlib import Path

from bank_adapters.simulator.answers import owe
from bank_adapters.simulator.bank import Bank
from bank_adapters.simulator.days import DayRefused, close_day
from bank_adapters.simulator.plan import PlanRefused

MARKS = (".done", ".refused", ".part", ".tmp")
# A plan that does not parse may still be on its way up.
PATIENCE_SECONDS = 2.0


def obey(bank: Bank) -> None:
    """Obey every control file of every user."""
    for user in bank.customers:
        for path in sorted((bank.state / user / "control").iterdir()):
            if path.name.endswith(MARKS) or path.name.startswith("."):
                continue
            try:
                told = _obey(bank, user, path)
            except (PlanRefused, DayRefused, ValueError) as refused:
                if time.time() - path.stat().st_mtime < PATIENCE_SECONDS:
                    continue
                _leave(path, ".refused", {"error": str(refused)})
            else:
                _leave(path, ".done", told)


def _obey(bank: Bank, user: str, path: Path) -> dict[str, object]:
    if re.fullmatch(r"plan-.*\.json", path.name):
        bank.adopt_plan(path.read_text(encoding="utf-8"))
        return {"plan": "adopted"}
    closing = re.fullmatch(r"end-of-day-([0-9]{4})([0-9]{2})([0-9]{2})", path.name)
    if closing:
        day = date(int(closing[1]), int(closing[2]), int(closing[3]))
        return {"statements": close_day(bank, day)}
    again = re.fullmatch(r"resend-([A-Za-z0-9-]{1,35})", path.name)
    if again:
        return {"resent": resend(bank, user, again[1])}
    raise ValueError(f"No such control: {path.name}")


def resend(bank: Bank, user: str, file_reference: str) -> int:
    """Lay the good answer to a file out again; return how many there were."""
    kept = bank.books.rows(
        "SELECT content FROM answer WHERE bank = ? AND file_reference = ?", user, file_reference
    )
    for answer in kept:
        path = f"outbox/{file_reference}.again{bank.customers[user].ending}"
        owe(bank.books, bank.due_at(), user, path, bytes(answer["content"]))
    return len(kept)


def _leave(path: Path, mark: str, told: dict[str, object]) -> None:
    left = path.with_name(path.name + mark)
    # Whoever waits for the file reads it as soon as it is there.
    unfinished = left.with_name(f".{left.name}.tmp")
    unfinished.write_text(json.dumps(told), encoding="utf-8")
    unfinished.replace(left)
    path.unlink()

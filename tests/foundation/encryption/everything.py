"""Rows in every table that seals something, made from the schema itself, so that none is left out."""

import hashlib
import random
import subprocess
import sys
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Table, insert, select, text
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from service.audit.key_commands import app
from service.foundation import ids
from service.foundation.database import Base
from service.foundation.encryption import Sealer, sealer
from service.foundation.encryption.sealed_columns import SEALED_COLUMNS, SealedColumn
from service.foundation.problems import Problem
from service.foundation.settings import settings

# What CHECK constraints want to hear.
_WORDS = {
    ("account_changes", "state"): "requested",
    ("feed_sources", "kind"): "push",
    ("inbound_files", "kind"): "reply",
    ("inbound_files", "state"): "applied",
    ("correction_rows", "state"): "faulty",
    ("bank_files", "state"): "prepared",
    ("objections", "state"): "open",
    ("objections", "who"): "other",
    ("resident_requests", "about"): "other",
}
_MADE: dict[type, Any] = {
    int: lambda serial: serial,
    str: lambda serial: f"t-{serial}",
    bytes: lambda serial: hashlib.sha256(str(serial).encode()).digest(),
    bool: lambda _: False,
    object: lambda _: {},  # JSONB
    UUID: lambda _: ids.uuid7(),
    date: lambda _: date(2026, 10, 1),
    datetime: lambda _: datetime(2026, 10, 1, tzinfo=UTC),
    list: lambda _: [],
}
# What is there together or not at all.
_ALSO = {("audit_payloads", "content"), ("objections", "notice_id")}

Plains = dict[tuple[str, str], str]
"""(``table.column``, key) → what was sealed there."""


def table_of(column: SealedColumn) -> Table:
    """Return the table of a registered column."""
    return Base.metadata.tables[column.table]


def fill(
    session: Session,
    rows: int,
    columns: tuple[SealedColumn, ...] = SEALED_COLUMNS,
    *,
    beside: Sealer | None = None,
) -> Plains:
    """Insert rows into every such table, as somebody whom no foreign key stops; return the plain texts.

    What a row needs beside the chosen columns, ``beside`` seals; left out, everybody's sealer does.
    """
    session.execute(text("SET LOCAL session_replication_role = replica"))
    plains: Plains = {}
    for table in dict.fromkeys(one.table for one in columns):
        chosen = [one for one in columns if one.table == table]
        for serial in range(1, rows + 1):
            values, said = _row(table, chosen, serial, beside or sealer())
            session.execute(insert(Base.metadata.tables[table]), [values])
            plains |= {(one.name, _key(one, values)): plain for one, plain in said}
    session.execute(text("SET LOCAL session_replication_role = origin"))
    return plains


def opened(session: Session) -> Plains:
    """Return the plain text of every sealed value; raises SealBroken."""
    found: Plains = {}
    for column in SEALED_COLUMNS:
        for row in session.execute(select(table_of(column))).mappings():
            values = dict(row)
            plain = sealer().open(values[column.sealed], column.place(values))
            found[column.name, _key(column, values)] = plain
    return found


def versions(session: Session) -> dict[str, set[int]]:
    """Return the key versions in use, by column."""
    return {
        column.name: {
            sealer().version_of(sealed)
            for sealed in session.scalars(select(table_of(column).c[column.sealed]))
        }
        for column in SEALED_COLUMNS
    }


def keys(*arguments: str, expected: int = 0) -> str:
    """Run ``anxin keys …`` as a fresh process would, and return all it said."""
    sealer.cache_clear()
    settings.cache_clear()
    done = CliRunner().invoke(app, list(arguments))
    sealer.cache_clear()
    if isinstance(done.exception, Problem):  # The door of the command line says these, and exits 1.
        assert expected == 1, done.exception
        return str(done.exception)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == expected, done.output
    return done.output


ROTATING = """
from service.audit.key_commands import _rotate
from service.foundation.database import transaction
while True:
    with transaction() as session:
        _rotate(session)
    print("rotated", flush=True)
"""
RESEALING = """
from service.audit.key_commands import app
app(["reseal", "--batch", "60"])
"""


def killed(code: str, rng: random.Random, seconds: float) -> bool:
    """Run code in a process of its own, kill it at a random moment; return whether it was at work."""
    child = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    assert child.stdout
    child.stdout.readline()  # From here on it is at work, and not still starting.
    try:
        child.wait(timeout=rng.uniform(0.0, seconds))
    except subprocess.TimeoutExpired:
        child.kill()
    child.stdout.close()
    return child.wait() < 0


def _row(
    name: str, chosen: list[SealedColumn], serial: int, beside: Sealer
) -> tuple[dict[str, Any], list[tuple[SealedColumn, str]]]:
    table = Base.metadata.tables[name]
    values = {
        one.name: _value(one, serial)
        for one in table.columns
        if one.primary_key or not (one.nullable or one.server_default) or (name, one.name) in _ALSO
    }
    said = []
    for column in [one for one in SEALED_COLUMNS if one.table == name]:
        if column not in chosen and column.sealed not in values:
            continue
        plain = f"{column.name} 明文 {serial}"
        if name == "person_identifiers":
            plain = f"33052319500101{serial:04d}"
            values["value_index"] = sealer().index(plain, "id18")
        using = sealer() if column in chosen else beside
        values[column.sealed] = using.seal(plain, column.place(values))
        said.append((column, plain))
    return values, said


def _value(column: Column[Any], serial: int) -> Any:
    word = _WORDS.get((column.table.name, column.name))
    return word or _MADE[column.type.python_type](serial)


def _key(column: SealedColumn, values: dict[str, Any]) -> str:
    return "/".join(str(values[name]) for name in column.key)

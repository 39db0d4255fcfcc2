"""Seal again, under the newest field key, whatever is still under an older one.

There is no list of what is done: a value says its version itself. So a resealing that was killed
just begins again, two at once take different rows, and imports go on beside them.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from psycopg import Connection, sql
from sqlalchemy import Engine

from service.foundation.database import engine
from service.foundation.encryption.problems import SealBroken
from service.foundation.encryption.sealed_columns import SEALED_COLUMNS, SealedColumn
from service.foundation.encryption.sealing import Sealer, sealer

BATCH_ROWS = 5_000
_LARGE_ROWS = 16
PATIENCE_SECONDS = 30.0
"""How long rows that somebody else holds are waited for, counted from the last one resealed."""
_PAUSE_SECONDS = 0.2

# Rows in another transaction's hands are passed over: it may be another resealing. NO KEY: a payment
# that is being written holds on to the key of its account, and need not wait.
_TAKE = """
SELECT {wanted} FROM {table}
WHERE substring({sealed} for 1) < %s {after}
ORDER BY {key} LIMIT %s FOR NO KEY UPDATE SKIP LOCKED
"""
_PUT = """
UPDATE {table} t SET {sealed} = fresh.sealed
FROM unnest({arrays}) AS fresh({names}) WHERE {same}
"""


@dataclass
class Resealed:
    """What became of one column."""

    column: SealedColumn
    rows: int = 0
    seconds: float = 0.0
    left: int = 0
    """Values still under an older version: somebody held them all the time, or they are broken."""
    broken: list[str] = field(default_factory=list)
    """Keys of rows whose value does not open; it stays as it is."""


Progress = Callable[[Resealed], None]


def reseal(
    *,
    batch_rows: int = BATCH_ROWS,
    patience_seconds: float = PATIENCE_SECONDS,
    told: Progress = lambda _: None,
    bound: Engine | None = None,
) -> list[Resealed]:
    """Reseal every registered column, ``batch_rows`` to a transaction; call ``told`` after each.

    Commits as it goes, and returns when nothing older is left that it could take.
    """
    connection = (bound or engine()).raw_connection()
    try:
        driver: Any = connection.driver_connection
        return [_column(driver, one, batch_rows, patience_seconds, told) for one in SEALED_COLUMNS]
    finally:
        connection.close()


def _column(
    connection: Connection[Any],
    column: SealedColumn,
    batch_rows: int,
    patience_seconds: float,
    told: Progress,
) -> Resealed:
    done, started, broken = Resealed(column), time.monotonic(), set[str]()
    moved = started
    while True:
        before, after = done.rows, None
        while True:
            with connection.transaction():
                after, fresh, bad = _batch(connection, column, batch_rows, after)
            broken |= bad
            done.rows += fresh
            done.seconds = time.monotonic() - started
            if after is None:
                break
            told(done)
        moved = time.monotonic() if done.rows > before else moved
        done.left, done.broken = _left(connection, column), sorted(broken)
        if done.left <= len(broken) or time.monotonic() - moved > patience_seconds:
            return done
        time.sleep(_PAUSE_SECONDS)


def _batch(
    connection: Connection[Any], column: SealedColumn, rows: int, after: tuple[Any, ...] | None
) -> tuple[tuple[Any, ...] | None, int, set[str]]:
    """Reseal one batch; return the key of its last row (None at the end), how many, which broken."""
    using = sealer()
    wanted = (*column.key, *column.row_columns, column.sealed)
    cursor = connection.cursor(binary=True)
    cursor.execute(
        _take(column, wanted, after), [bytes((using.ring.newest,)), *(after or ()), rows]
    )
    types = [one.type_display for one in cursor.description or ()][: len(column.key)]
    found = cursor.fetchall()
    fresh: list[tuple[Any, ...]] = []
    bad: set[str] = set()
    for row in found:
        key, sealed = row[: len(column.key)], row[-1]
        try:
            fresh.append((*key, _again(using, column, dict(zip(wanted, row, strict=True)), sealed)))
        except SealBroken:
            bad.add("/".join(map(str, key)))
    if fresh:
        arrays = [list(values) for values in zip(*fresh, strict=True)]
        cursor.execute(_put(column, types), arrays)
    last = found[-1][: len(column.key)] if len(found) == rows else None
    return last, len(fresh), bad


def _again(using: Sealer, column: SealedColumn, values: dict[str, Any], sealed: bytes) -> bytes:
    place = column.place(values)
    return using.seal(using.open(sealed, place), place)


def _take(
    column: SealedColumn, wanted: tuple[str, ...], after: tuple[Any, ...] | None
) -> sql.Composed:
    key = sql.SQL(", ").join(map(sql.Identifier, column.key))
    places = sql.SQL(", ").join(sql.Placeholder() * len(column.key))
    return sql.SQL(_TAKE).format(
        wanted=sql.SQL(", ").join(map(sql.Identifier, wanted)),
        table=sql.Identifier(column.table),
        sealed=sql.Identifier(column.sealed),
        after=sql.SQL("AND ({}) > ({})").format(key, places) if after else sql.SQL(""),
        key=key,
    )


def _put(column: SealedColumn, types: list[str]) -> sql.Composed:
    arrays = [sql.SQL("%s::{}[]").format(sql.SQL(one)) for one in (*types, "bytea")]
    names = [*map(sql.Identifier, column.key), sql.Identifier("sealed")]
    same = [sql.SQL("t.{0} = fresh.{0}").format(sql.Identifier(one)) for one in column.key]
    return sql.SQL(_PUT).format(
        table=sql.Identifier(column.table),
        sealed=sql.Identifier(column.sealed),
        arrays=sql.SQL(", ").join(arrays),
        names=sql.SQL(", ").join(names),
        same=sql.SQL(" AND ").join(same),
    )


def _left(connection: Connection[Any], column: SealedColumn) -> int:
    query = sql.SQL("SELECT count(*) FROM {} WHERE substring({} for 1) < %s").format(
        sql.Identifier(column.table), sql.Identifier(column.sealed)
    )
    with connection.transaction():
        row = connection.execute(query, [bytes((sealer().ring.newest,))]).fetchone()
    return int(row[0]) if row else 0

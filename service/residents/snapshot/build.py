"""Build the three subject tables as Parquet files whose bytes depend on the facts alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from pathlib import Path

import duckdb
from sqlalchemy.orm import Session

from service.foundation.months import Month
from service.residents.snapshot.export import DELIVERIES, export, settle
from service.residents.snapshot.fields import FIELDS
from service.residents.snapshot.lent import with_lent
from service.residents.snapshot.problems import SubjectTwice
from service.residents.snapshot.typed import type_feeds
from service.residents.snapshot.validity import then_of
from service.residents.snapshot.workbench import workbench

TABLES = {"person": "person_id", "household": "household_id", "land": "land_household_id"}
"""Table → key column; each is a file ``<table>.parquet`` sorted by its key."""
_WORKINGS = (
    "terms", "sources", "residence", "death", "prison", "custody", "marriage", "assistance",
    "means", "property", "elder", "child", "family", "disability", "insurance", "study", "work",
    "rural", "housing", "events", "accounts", "applications",
)  # fmt: skip
PERSON_PARTS = (
    "person", "person_assistance", "person_abilities", "person_service", "person_events",
)  # fmt: skip
"""Table person is too wide for one statement; its parts are laid side by side, row by row."""
_ROW_GROUP_ROWS = 122_880
_TYPES = frozenset({"BIGINT", "BOOLEAN", "DATE", "VARCHAR"})


@dataclass(frozen=True)
class Built:
    """What one build produced, apart from the files themselves."""

    deliveries: dict[str, list[str]]
    """Feed → ids of the deliveries its current records came in and of the last one, newest first."""
    columns: dict[str, dict[str, str]]
    """Table → column → DuckDB type, in the order of the file."""
    rows: dict[str, int]


def build(
    session: Session,
    month: Month,
    county_division: str,
    folder: Path,
    as_known_at: datetime | None = None,
    *,
    relied_at: datetime | None = None,
) -> Built:
    """Write ``person``, ``household`` and ``land`` of a month to ``folder``, as known at an instant.

    ``relied_at``: when the lists of a month that is over were decided; with these facts if not given.

    Raises :class:`~.problems.RecordsUnreadable` and :class:`~.problems.SubjectTwice`.
    """
    with workbench(folder) as bench:
        then = then_of(month, as_known_at, relied_at)
        export(session, bench, folder, as_known_at, then=then)
        settle(bench)
        _set_variables(bench, month, county_division)
        type_feeds(bench)
        deliveries = _deliveries(bench)
        for name in _WORKINGS:
            bench.execute(_sql(name))
            if name == "sources":
                bench.execute("DROP TABLE record")
        columns, rows = {}, {}
        for table, key in TABLES.items():
            columns[table], rows[table] = _write(bench, table, key, folder)
        return Built(deliveries, columns, rows)


def death_workings(
    session: Session,
    bench: duckdb.DuckDBPyConnection,
    folder: Path,
    month: Month,
    county_division: str,
    as_known_at: datetime | None,
    persons: Sequence[int],
) -> None:
    """Create table ``death`` in ``bench`` for a few persons, by the rule of every snapshot."""
    export(session, bench, folder, as_known_at, persons=persons)
    settle(bench)
    _set_variables(bench, month, county_division)
    type_feeds(bench)
    for name in ("terms", "sources", "death"):
        bench.execute(_sql(name))


def _sql(name: str) -> str:
    return (files(__package__) / "facts" / f"{name}.sql").read_text(encoding="utf-8")


def _set_variables(bench: duckdb.DuckDBPyConnection, month: Month, county_division: str) -> None:
    bench.execute("SET VARIABLE county = ?", [county_division])
    bench.execute("SET VARIABLE first_day = ?", [month.first_day])
    bench.execute("SET VARIABLE last_day = ?", [month.last_day])
    delivered = bench.execute("SELECT DISTINCT f0 FROM record WHERE feed = ?", [DELIVERIES])
    bench.execute(
        "SET VARIABLE delivered = ?::VARCHAR[]", [sorted(f for (f,) in delivered.fetchall())]
    )


def _deliveries(bench: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    found = bench.execute(
        """
        WITH delivery AS (
            SELECT f0 AS feed, delivery_id AS id, CAST(f1 AS BIGINT) AS received_at
            FROM record WHERE feed = $name
        ),
        used AS (SELECT DISTINCT feed, delivery_id AS id FROM record WHERE feed = upper(feed))
        SELECT delivery.feed, delivery.id
        FROM delivery LEFT JOIN used USING (feed, id)
        QUALIFY used.id IS NOT NULL
            OR row_number() OVER (PARTITION BY delivery.feed ORDER BY received_at DESC, delivery.id DESC) = 1
        ORDER BY delivery.feed, received_at DESC, delivery.id DESC
        """,
        {"name": DELIVERIES},
    )
    by_feed: dict[str, list[str]] = {code: [] for code in FIELDS}
    for feed, delivery_id in found.fetchall():
        by_feed[feed].append(delivery_id)
    return by_feed


def _write(
    bench: duckdb.DuckDBPyConnection, table: str, key: str, folder: Path
) -> tuple[dict[str, str], int]:
    parts = PERSON_PARTS if table == "person" else (table,)
    for part in parts:
        said = with_lent(bench, key, _sql(part))
        bench.execute(f"CREATE TABLE built_{part} AS FROM ({said}) ORDER BY {key}")
        built = bench.table(f"built_{part}")
        rows, distinct = built.aggregate(f"count(*), count(DISTINCT {key})").fetchall()[0]
        if rows != distinct:
            raise SubjectTwice(table, rows - distinct)
    built = bench.sql(_side_by_side(parts, key))
    built.to_parquet(
        str(folder / f"{table}.parquet"), compression="zstd", row_group_size=_ROW_GROUP_ROWS
    )
    columns = dict(zip(built.columns, map(str, built.types), strict=True))
    if not set(columns.values()) <= _TYPES:
        # A sum that became wider would be rounded by the file's format.
        raise TypeError(f"{table} has columns of types other than {sorted(_TYPES)}")
    for part in parts:
        bench.execute(f"DROP TABLE built_{part}")
    return columns, rows


def _side_by_side(parts: tuple[str, ...], key: str) -> str:
    """Return the parts as one table: each holds the same subjects once, in the order of the key."""
    first, *others = (f"built_{part}" for part in parts)
    columns = ", ".join([f"{first}.*", *(f"{other}.* EXCLUDE ({key})" for other in others)])
    tables = " POSITIONAL JOIN ".join([first, *others])
    return f"SELECT {columns} FROM {tables}"  # noqa: S608 - our own names

"""Build the three subject tables as Parquet files whose bytes depend on the facts alone."""

from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from pathlib import Path

import duckdb
from sqlalchemy.orm import Session

from service.foundation.months import Month
from service.residents.snapshot.export import DELIVERIES, export, settle
from service.residents.snapshot.fields import FIELDS
from service.residents.snapshot.problems import SubjectTwice
from service.residents.snapshot.typed import type_feeds
from service.residents.snapshot.workbench import workbench

TABLES = {"person": "person_id", "household": "household_id", "land": "land_household_id"}
"""Table → key column; each is a file ``<table>.parquet`` sorted by its key."""
_WORKINGS = (
    "terms", "residence", "death", "prison", "assistance", "means", "elder", "child", "disability",
    "insurance", "applications",
)  # fmt: skip
_ROW_GROUP_ROWS = 122_880


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
) -> Built:
    """Write ``person``, ``household`` and ``land`` of a month to ``folder``, as known at an instant.

    Raises :class:`~.problems.RecordsUnreadable` and :class:`~.problems.SubjectTwice`.
    """
    with workbench(folder) as bench:
        export(session, bench, folder, as_known_at)
        settle(bench)
        _set_variables(bench, month, county_division)
        type_feeds(bench)
        bench.execute(_sql("sources"))
        deliveries = _deliveries(bench)
        bench.execute("DROP TABLE record")
        for name in _WORKINGS:
            bench.execute(_sql(name))
        columns, rows = {}, {}
        for table, key in TABLES.items():
            columns[table], rows[table] = _write(bench, table, key, folder)
        return Built(deliveries, columns, rows)


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
    bench.execute(f"CREATE TABLE built_{table} AS {_sql(table)}")
    built = bench.table(f"built_{table}")
    rows, distinct = built.aggregate(f"count(*), count(DISTINCT {key})").fetchall()[0]
    if rows != distinct:
        raise SubjectTwice(table, rows - distinct)
    built.order(key).to_parquet(
        str(folder / f"{table}.parquet"), compression="zstd", row_group_size=_ROW_GROUP_ROWS
    )
    return dict(zip(built.columns, map(str, built.types), strict=True)), rows

"""Read the current records out of PostgreSQL: one COPY, so that all feeds are of one instant.

Each record becomes a row of ``record``: feed, person, household, delivery and the fields that
:mod:`~service.residents.snapshot.fields` lists, as text in that order. One statement sees one
state of the database even while a delivery is being imported, which several would not.
"""

from collections.abc import Sequence
from pathlib import Path

import duckdb
import psycopg
from psycopg import sql
from sqlalchemy.orm import Session

from service.residents.snapshot.fields import FIELDS

DELIVERIES = "deliveries"
"""Stands in the place of a feed for the rows that list the imported deliveries."""
TEXTS = tuple(f"f{number}" for number in range(max(map(len, FIELDS.values()))))

_COLUMNS = {
    "feed": "VARCHAR",
    "person_id": "BIGINT",
    "household_id": "BIGINT",
    "delivery_id": "VARCHAR",
    **dict.fromkeys(TEXTS, "VARCHAR"),
}
_RECORDS = sql.SQL(
    "SELECT {code}, person_id, household_id, delivery_id, {fields} FROM feed_records"
    " WHERE feed = {code} AND known_to IS NULL"
)
_IMPORTED = sql.SQL(
    "SELECT {name}, NULL, NULL, id, {fields} FROM deliveries"
    " WHERE state = 'imported' AND feed = ANY({codes})"
)
_MICROSECONDS = sql.SQL("(extract(epoch FROM received_at) * 1000000)::bigint::text")


def export(session: Session, bench: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Create table ``record`` in ``bench`` from every current record that a snapshot reads.

    The rows pass through a file in ``folder`` that is removed again; it holds surrogate ids only.
    """
    session.flush()
    connection = session.connection().connection.driver_connection
    if not isinstance(connection, psycopg.Connection):
        raise TypeError(f"the snapshot reads through psycopg, not {type(connection).__name__}")
    passing = folder / "records.csv"
    with connection.cursor() as cursor, cursor.copy(_statement()) as rows, passing.open("wb") as to:
        for row in rows:
            to.write(row)
    bench.execute(
        """
        CREATE TABLE record AS FROM read_csv(
            $file, columns = $columns, auto_detect = FALSE, header = FALSE, delim = ',',
            quote = '"', escape = '"', nullstr = '', allow_quoted_nulls = FALSE
        )
        """,
        {"file": str(passing), "columns": _COLUMNS},
    )
    passing.unlink()


def _statement() -> sql.Composed:
    deliveries = _IMPORTED.format(
        name=sql.Literal(DELIVERIES),
        codes=sql.Literal(list(FIELDS)),
        fields=_padded([sql.SQL("feed"), _MICROSECONDS]),
    )
    union = sql.SQL(" UNION ALL ").join([*map(_select, FIELDS), deliveries])
    return sql.SQL("COPY ({}) TO STDOUT (FORMAT csv)").format(union)


def _select(feed: str) -> sql.Composed:
    fields = [sql.SQL("data ->> {}").format(sql.Literal(name)) for name in FIELDS[feed]]
    return _RECORDS.format(code=sql.Literal(feed), fields=_padded(fields))


def _padded(fields: Sequence[sql.Composable]) -> sql.Composed:
    spare = [sql.SQL("NULL::text")] * (len(TEXTS) - len(fields))
    return sql.SQL(", ").join([*fields, *spare])

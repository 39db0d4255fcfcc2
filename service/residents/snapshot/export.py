"""Read the records out of PostgreSQL: one COPY, so that all feeds are of one instant.

Each record becomes a row of ``record``: feed, person, household, delivery and the fields that
:mod:`~service.residents.snapshot.fields` lists, as text in that order. One statement sees one
state of the database even while a delivery is being imported, which several would not. What else
the facts need (deliveries, merges, disputes, confirmations) comes as rows of the same statement.
"""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import duckdb
import psycopg
from psycopg import sql
from sqlalchemy.orm import Session

from service.residents import feeds
from service.residents.snapshot.fields import FIELDS, HASHED
from service.residents.snapshot.merges import LOSERS, MERGES, merge_rows
from service.residents.snapshot.validity import Then, records_then

DELIVERIES = "deliveries"
"""Stands in the place of a feed for the rows that list the imported deliveries."""
DISPUTES = "disputes"
CONFIRMATIONS = "confirmations"
LENT = "lent"
TEXTS = tuple(f"f{number}" for number in range(max(map(len, FIELDS.values()))))

_COLUMNS = {
    "feed": "VARCHAR",
    "record_id": "BIGINT",
    "person_id": "BIGINT",
    "household_id": "BIGINT",
    "delivery_id": "VARCHAR",
    **dict.fromkeys(TEXTS, "VARCHAR"),
}
_RECORDS = sql.SQL(
    "SELECT {code}, id, person_id, household_id, delivery_id, {fields} FROM feed_records"
    " WHERE feed = {code} AND {known}{only}"
)
_IMPORTED = sql.SQL(
    "SELECT {name}, NULL, NULL, NULL, id, {fields} FROM deliveries"
    " WHERE state = 'imported' AND feed = ANY({codes}) AND {known}"
)
_ABOUT_PERSONS = sql.SQL(
    "SELECT {name}, NULL, person_id, NULL, NULL, {fields} FROM {table} WHERE {known}"
)
# Values that officers let count for a time, by subject and column of the snapshot.
_LENT = sql.SQL(
    "SELECT {name}, NULL, CASE subject_kind WHEN 'person' THEN subject_id END,"
    " CASE subject_kind WHEN 'household' THEN subject_id END, NULL, {fields} FROM fact_corrections"
    " WHERE lent_at IS NOT NULL AND {known}"
)
_MICROSECONDS = sql.SQL("(extract(epoch FROM {}) * 1000000)::bigint::text")


def export(
    session: Session,
    bench: duckdb.DuckDBPyConnection,
    folder: Path,
    at: datetime | None = None,
    *,
    persons: Sequence[int] | None = None,
    then: Then | None = None,
) -> None:
    """Create table ``record`` in ``bench`` from every record that a snapshot reads.

    ``at``: as known at that instant, else as known now. ``persons``: records of these only.
    ``then``: of a month that is over, whose undated values are those that held on its last day.
    The rows pass through a file in ``folder`` that is removed again; it holds surrogate ids only.
    """
    session.flush()
    connection = session.connection().connection.driver_connection
    if not isinstance(connection, psycopg.Connection):
        raise TypeError(f"the snapshot reads through psycopg, not {type(connection).__name__}")
    passing, statement = folder / "records.csv", _statement(at, persons, then)
    with connection.cursor() as cursor, cursor.copy(statement) as rows, passing.open("wb") as to:
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


def known(begins: str, ends: str, at: datetime | None) -> sql.Composable:
    """Return the condition that something was known at ``at``, or is known now."""
    if at is None:
        return sql.SQL("{} IS NULL").format(sql.Identifier(ends))
    return sql.SQL("{begins} <= {at} AND ({ends} IS NULL OR {ends} > {at})").format(
        begins=sql.Identifier(begins), ends=sql.Identifier(ends), at=sql.Literal(at)
    )


def _statement(
    at: datetime | None, persons: Sequence[int] | None, then: Then | None
) -> sql.Composed:
    records = known("known_from", "known_to", at)
    only: sql.Composable = sql.SQL("")
    if persons is not None:
        only = sql.SQL(" AND person_id = ANY({})").format(sql.Literal(list(persons)))
    parts = [
        *(_select(feed, records, only, then) for feed in FIELDS),
        _deliveries(at),
        _ABOUT_PERSONS.format(
            name=sql.Literal(DISPUTES),
            table=sql.Identifier("identity_disputes"),
            fields=_padded([]),
            known=known("opened_at", "resolved_at", at),
        ),
        _ABOUT_PERSONS.format(
            name=sql.Literal(CONFIRMATIONS),
            table=sql.Identifier("confirmations"),
            fields=_padded([sql.SQL("answer"), sql.SQL("stated_on::text"), _micros("at")]),
            known=known("at", "withdrawn_at", at),
        ),
        _LENT.format(
            name=sql.Literal(LENT),
            fields=_padded(
                [
                    sql.SQL("column_name"),
                    sql.SQL("kind"),
                    sql.SQL("value"),
                    sql.SQL("since::text"),
                    sql.SQL("until::text"),
                ]
            ),
            known=known("lent_at", "ended_at", at),
        ),
        *merge_rows(at, records, _padded([])),
    ]
    return sql.SQL("COPY ({}) TO STDOUT (FORMAT csv)").format(sql.SQL(" UNION ALL ").join(parts))


def _deliveries(at: datetime | None) -> sql.Composed:
    # One that waited for the steward was known from the decision on.
    since = sql.SQL("coalesce(decided_at, received_at)")
    limit = sql.SQL("{} <= {}").format(since, sql.Literal(at)) if at else sql.SQL("TRUE")
    fields = [sql.SQL("feed"), _micros("received_at"), sql.SQL("as_of::text"), sql.SQL("mode")]
    return _IMPORTED.format(
        name=sql.Literal(DELIVERIES),
        codes=sql.Literal(list(FIELDS)),
        fields=_padded(fields),
        known=limit,
    )


def _select(
    code: str, records: sql.Composable, only: sql.Composable, then: Then | None
) -> sql.Composed:
    reads = [(name, _read(code, name)) for name in FIELDS[code]]
    feed = feeds.feed(code)
    if then is not None and feed.undated:
        spare = len(TEXTS) - len(reads)
        return records_then(feed, reads, then, known=records, only=only, spare=spare)
    fields = [form.format(data=sql.SQL("data")) for _, form in reads]
    return _RECORDS.format(code=sql.Literal(code), fields=_padded(fields), known=records, only=only)


def _read(feed: str, name: str) -> sql.SQL:
    """Return how a field is read from ``{data}``; names of fields hold no quote and no brace."""
    form = f"{{data}} ->> '{name}'"
    return sql.SQL(f"md5({form})" if (feed, name) in HASHED else form)


def _micros(column: str) -> sql.Composed:
    return _MICROSECONDS.format(sql.Identifier(column))


def _padded(fields: Sequence[sql.Composable]) -> sql.Composed:
    spare = [sql.SQL("NULL::text")] * (len(TEXTS) - len(fields))
    return sql.SQL(", ").join([*fields, *spare])


def settle(bench: duckdb.DuckDBPyConnection) -> None:
    """Let merged persons be one: drop the losing records, and give the rest the kept id."""
    bench.execute(
        "CREATE TABLE merged AS SELECT person_id AS id, household_id AS kept FROM record"
        " WHERE feed = ?",
        [MERGES],
    )
    if not bench.execute("SELECT count(*) FROM merged").fetchall()[0][0]:
        return
    bench.execute(
        "DELETE FROM record WHERE feed <> $losers"
        " AND record_id IN (SELECT record_id FROM record WHERE feed = $losers)",
        {"losers": LOSERS},
    )
    bench.execute(
        "UPDATE record SET person_id = merged.kept FROM merged"
        " WHERE record.person_id = merged.id AND record.feed <> ?",
        [MERGES],
    )

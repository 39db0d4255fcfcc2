"""Put values that count for a time in the place of what departments say, row by row and column by column."""

from collections import defaultdict

import duckdb

_KEYS = {"person_id": "person_id", "household_id": "household_id"}
_KINDS = frozenset({"BIGINT", "BOOLEAN", "DATE", "VARCHAR"})


def with_lent(bench: duckdb.DuckDBPyConnection, key: str, statement: str) -> str:
    """Return a subject table's statement with the lent values of its columns; few, or none.

    ``key`` is the table's key column. A value whose type is not the column's ends the build: it was
    checked when it was lent.
    """
    if key not in _KEYS:
        return statement
    columns = bench.sql(statement).columns
    found = bench.execute(
        f"SELECT column_name, kind, {key}, value FROM lent WHERE {key} IS NOT NULL ORDER BY ALL"  # noqa: S608 - our own names
    ).fetchall()
    cases: dict[str, list[str]] = defaultdict(list)
    for column, kind, subject, value in found:
        if column in columns and kind in _KINDS:
            literal = "'" + str(value).replace("'", "''") + "'"
            cases[column].append(f"WHEN {int(subject)} THEN CAST({literal} AS {kind})")
    if not cases:
        return statement
    replaced = ", ".join(
        f'CASE {key} {" ".join(ways)} ELSE "{column}" END AS "{column}"'
        for column, ways in cases.items()
    )
    return f"SELECT * REPLACE ({replaced}) FROM ({statement})"  # noqa: S608 - values are quoted

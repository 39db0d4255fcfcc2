"""Write many rows at the speed of COPY, within the session's own transaction."""

from collections.abc import Iterable, Sequence
from typing import Any

from psycopg import Connection, sql
from sqlalchemy.orm import Session


def raw(session: Session) -> Connection[Any]:
    """Return the driver's connection under a session, in the same transaction."""
    found: Connection[Any] = session.connection().connection.driver_connection  # type: ignore[assignment]
    return found


def copy_rows(
    session: Session, table: str, columns: Sequence[str], types: str, rows: Iterable[Sequence[Any]]
) -> None:
    """Append rows to a table; ``types`` are the columns' PostgreSQL types, parted by spaces."""
    session.flush()
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with raw(session).cursor() as cursor, cursor.copy(statement) as copy:
        copy.set_types(types.split())
        for row in rows:
            copy.write_row(row)

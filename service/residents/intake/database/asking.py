"""Open a department's PostgreSQL so that nothing can be changed there, by us or by mistake."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import psycopg
from psycopg import Connection, IsolationLevel
from sqlalchemy import make_url

from service.residents.intake.database.problems import (
    DatabaseUnreachable,
    QueryFailed,
    RoleMayWrite,
)
from service.residents.intake.terms import DatabaseTerms

_CONNECT_SECONDS = 15
_ROLE = """
SELECT r.rolsuper OR r.rolcreaterole OR r.rolcreatedb OR r.rolreplication OR r.rolbypassrls,
       EXISTS (SELECT 1 FROM pg_catalog.pg_roles p
               WHERE p.rolname IN ('pg_write_all_data', 'pg_write_server_files',
                                   'pg_execute_server_program', 'pg_maintain')
                 AND pg_catalog.pg_has_role(r.oid, p.oid, 'MEMBER'))
FROM pg_catalog.pg_roles r WHERE r.rolname = CURRENT_USER
"""
_WRITABLE = """
SELECT count(*)
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'f')
  AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp)'
  AND (pg_catalog.has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')
       OR pg_catalog.has_any_column_privilege(c.oid, 'INSERT, UPDATE'))
"""


@contextmanager
def asking(terms: DatabaseTerms, password: str) -> Iterator[Connection[tuple[Any, ...]]]:
    """Yield a connection in one READ ONLY, REPEATABLE READ transaction with a time limit.

    Raises DatabaseUnreachable, RoleMayWrite, and QueryFailed for whatever the block's own
    statements meet; a message of the database's is never passed on, it may repeat values.
    """
    try:
        connection = _connect(terms, password)
    except psycopg.Error:
        raise DatabaseUnreachable from None
    with closing(connection):
        try:
            _refuse_writer(connection)
            yield connection
        except psycopg.Error as error:
            if connection.broken:
                raise DatabaseUnreachable from None
            raise QueryFailed(error.sqlstate or "") from None


def _connect(terms: DatabaseTerms, password: str) -> Connection[tuple[Any, ...]]:
    url = make_url(terms.url)
    connection = psycopg.connect(
        host=url.host,
        port=url.port or 5432,
        user=url.username,
        password=password,
        dbname=url.database,
        connect_timeout=_CONNECT_SECONDS,
        application_name="anxin",
        options=f"-c default_transaction_read_only=on -c lock_timeout=10s "
        f"-c statement_timeout={terms.timeout_seconds}s "
        f"-c idle_in_transaction_session_timeout={2 * terms.timeout_seconds}s",
        sslmode=str(url.query.get("sslmode", "prefer")),
        sslrootcert=str(url.query["sslrootcert"]) if "sslrootcert" in url.query else None,
    )
    connection.read_only = True
    connection.isolation_level = IsolationLevel.REPEATABLE_READ
    return connection


def _refuse_writer(connection: Connection[tuple[Any, ...]]) -> None:
    special, member = connection.execute(_ROLE).fetchone() or (True, True)
    if special or member:
        raise RoleMayWrite(
            "is a superuser or has a privilege that goes beyond reading",
            "是超级用户或具有读取以外的系统权限",
        )
    (writable,) = connection.execute(_WRITABLE).fetchone() or (0,)
    if writable:
        raise RoleMayWrite(f"may write in {writable} tables", f"对 {writable} 张表有写权限")

"""The role that the service works as: it can do its work, and can neither change nor take away a record.

Whoever owns the tables can switch their triggers off. So in production the owner only migrates
(``ANXIN_OWNER_DATABASE_URL``), and the service connects as a login that belongs to this role.
What it may do follows from the triggers that are there: nothing is listed twice.
"""

import psycopg
from psycopg import Connection, sql
from psycopg.conninfo import conninfo_to_dict
from psycopg.errors import DuplicateObject, InsufficientPrivilege, UniqueViolation

ROLE = "anxin_application"
_LOCK = 0x726F6C65
_ERASABLE = ("key_sealed", "content", "erased_at", "erased_reason", "erased_entry_id")
"""The columns of a payload that resealing and erasing change."""
_READ_ONLY = ("alembic_version", "legal_moves")
_MAINTAIN_FROM = 170_000
_TABLES = """
SELECT c.relname,
       EXISTS (SELECT 1 FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgname = 'never_changed'),
       EXISTS (SELECT 1 FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgname = 'never_deleted')
FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
ORDER BY c.relname
"""


def grant(url: str) -> bool:
    """Make the role and give it its rights in one database; return whether that was possible.

    Safe to run again and by two at once. An owner who may not make roles leaves it out.
    """
    with psycopg.connect(url) as connection:
        if not _make(connection):
            return False
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        role = sql.Identifier(ROLE)
        connection.execute(
            sql.SQL("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {}").format(role)
        )
        connection.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(role))
        connection.execute(
            sql.SQL("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}").format(role)
        )
        keeps_fresh = connection.info.server_version >= _MAINTAIN_FROM
        for table, unchanged, undeleted in connection.execute(_TABLES).fetchall():
            for right in _rights(table, unchanged=unchanged, undeleted=undeleted):
                connection.execute(_grant(right, table))
            if keeps_fresh and table not in _READ_ONLY and not table.startswith("audit_"):
                connection.execute(_grant(sql.SQL("MAINTAIN"), table))
    return True


def admit(owner_url: str, application_url: str) -> str:
    """Let the login of ``application_url`` connect as a member of the role; return its name.

    Its password goes to the server as a SCRAM verifier, so no statement log can hold it. Nothing is
    done when the service connects as the owner.
    """
    wanted, owner = conninfo_to_dict(application_url), conninfo_to_dict(owner_url)
    name, password = str(wanted.get("user", "")), str(wanted.get("password", ""))
    if not name or name == owner.get("user"):
        return ""
    with psycopg.connect(owner_url) as connection:
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone()
        verb = sql.SQL("ALTER" if known else "CREATE")
        verifier = connection.pgconn.encrypt_password(
            password.encode(), name.encode(), b"scram-sha-256"
        ).decode()
        connection.execute(
            sql.SQL(
                "{} ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD {}"
            ).format(verb, sql.Identifier(name), sql.Literal(verifier))
        )
        connection.execute(
            sql.SQL("GRANT {} TO {}").format(sql.Identifier(ROLE), sql.Identifier(name))
        )
    return name


def _make(connection: Connection[tuple[object, ...]]) -> bool:
    known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE]).fetchone()
    if known:
        return True
    try:
        with connection.transaction():
            connection.execute(
                sql.SQL("CREATE ROLE {} NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE").format(
                    sql.Identifier(ROLE)
                )
            )
    except (DuplicateObject, UniqueViolation):
        return True
    except InsufficientPrivilege:
        return False
    return True


def _rights(table: str, *, unchanged: bool, undeleted: bool) -> list[sql.Composable]:
    if table in _READ_ONLY:
        return [sql.SQL("SELECT")]
    rights: list[sql.Composable] = [sql.SQL("SELECT, INSERT")]
    if table == "audit_payloads":
        columns = sql.SQL(", ").join(map(sql.Identifier, _ERASABLE))
        return [*rights, sql.SQL("UPDATE ({})").format(columns)]
    if unchanged and table.startswith("audit_"):
        return rights
    # Other stages lock rows that never change (FOR UPDATE asks for the right); triggers refuse the rest.
    rights.append(sql.SQL("UPDATE"))
    if not (unchanged or undeleted):
        rights.append(sql.SQL("DELETE"))
    return rights


def _grant(right: sql.Composable, table: str) -> sql.Composed:
    return sql.SQL("GRANT {} ON {} TO {}").format(
        right, sql.Identifier("public", table), sql.Identifier(ROLE)
    )

"""The role that the service works as can add to the trail, and can do nothing else to it."""

from collections.abc import Iterator
from urllib.parse import quote

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM
from service.audit.log.sequence import sequence
from service.audit.record import record
from service.foundation import application_role
from service.foundation.database import make_engine
from tests.foundation.committed import Committed, committed, template

__all__ = ["committed", "template"]

LOGIN, PASSWORD = "anxin_test_service", "不是 a 'secret'"
AUDIT = ("audit_entries", "audit_leaves", "audit_checkpoints", "audit_published")


@pytest.fixture
def login(committed: Committed) -> Iterator[str]:
    """The connection of a login that belongs to the role; the login is gone afterwards."""
    assert application_role.grant(committed.url)
    with committed.transaction() as session:
        record(session, "thing.done", by=SYSTEM, on=("things", 1), sealed={"name": "王"})
    with committed.transaction() as session:
        sequence(session)
    wanted = make_conninfo(committed.url, user=LOGIN, password=PASSWORD)
    for _ in range(2):  # The second time it is there already.
        assert application_role.admit(committed.url, wanted) == LOGIN
    yield wanted
    with psycopg.connect(committed.url, autocommit=True) as owner:
        owner.execute(f"DROP OWNED BY {LOGIN}")
        owner.execute(f"DROP ROLE {LOGIN}")


REFUSED = [
    *(f"UPDATE {table} SET {column} = {column}" for table, column in
      zip(AUDIT, ("at", "index", "root", "size"), strict=True)),
    *(f"{verb} {table}" for table in (*AUDIT, "audit_payloads", "audit_holds", "audit_erasures")
      for verb in ("DELETE FROM", "TRUNCATE")),
    "UPDATE audit_payloads SET about = '{}'",
    "UPDATE audit_payloads SET content = 'x'",
    *(f"ALTER TABLE {table} DISABLE TRIGGER ALL" for table in AUDIT),
    "ALTER TABLE audit_entries DISABLE TRIGGER USER",
    "DROP TRIGGER never_changed ON audit_entries",
    "DROP TABLE audit_payloads",
    "ALTER TABLE audit_entries ADD COLUMN x int",
    "CREATE RULE r AS ON INSERT TO audit_entries DO INSTEAD NOTHING",
    "CREATE TRIGGER t BEFORE INSERT ON audit_entries FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    "SET session_replication_role = replica",
    "SET LOCAL session_replication_role = replica",
    "SELECT set_config('session_replication_role', 'replica', false)",
    "SET ROLE anxin",
    "SET SESSION AUTHORIZATION anxin",
    "ALTER ROLE anxin_test_service SUPERUSER",
    "CREATE TABLE audit_entries_2 (x int)",
    "INSERT INTO legal_moves VALUES ('payments', 'ready', 'paid', 'payment.paid')",
    "UPDATE alembic_version SET version_num = '0001'",
    "COPY audit_entries TO PROGRAM 'cat'",
    "SELECT lo_import('/etc/passwd')",
]  # fmt: skip


def test_the_role_can_do_nothing_to_what_was_recorded(login: str) -> None:
    with psycopg.connect(login) as connection:
        assert connection.execute("SELECT count(*) FROM audit_leaves").fetchone() == (1,)
        assert [one for one in REFUSED if _may(connection, one)] == []
        # PostgreSQL only warns of a right that one cannot give.
        connection.execute("GRANT UPDATE ON audit_entries TO anxin_application")
        assert not _may(connection, "UPDATE audit_entries SET at = at")


def _may(connection: psycopg.Connection[tuple[object, ...]], statement: str) -> bool:
    try:
        with connection.transaction():
            connection.execute(statement.encode())
    except psycopg.Error:
        return False
    return True


def test_the_role_can_work_record_and_sequence(committed: Committed, login: str) -> None:
    said = conninfo_to_dict(login)
    owner = conninfo_to_dict(committed.url)
    url = committed.url.replace(
        f"{owner['user']}:{owner['password']}@", f"{LOGIN}:{quote(str(said['password']), safe='')}@"
    )
    engine = make_engine(url)
    with Session(engine) as session, session.begin():
        record(session, "thing.done", by=SYSTEM, on=("things", 2), sealed={"name": "李"})
    with Session(engine) as session, session.begin():
        assert sequence(session) == 1
    engine.dispose()


def test_every_table_of_ours_is_within_its_reach_and_no_more(committed: Committed) -> None:
    assert application_role.grant(committed.url)
    with psycopg.connect(committed.url) as connection:
        rows = connection.execute(
            "SELECT relname, has_table_privilege('anxin_application', oid, 'SELECT'), "
            "has_table_privilege('anxin_application', oid, 'TRUNCATE'), "
            "has_table_privilege('anxin_application', oid, 'TRIGGER') FROM pg_class "
            "WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
        ).fetchall()
    assert len(rows) > 50
    assert [one[0] for one in rows if one[1:] != (True, False, False)] == []


def test_the_owner_is_not_made_less(committed: Committed) -> None:
    assert application_role.admit(committed.url, committed.url) == ""

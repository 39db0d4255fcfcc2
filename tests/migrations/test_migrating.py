"""One line of migrations, up, down and up again, and no difference from the models."""

from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from service.audit.moves import REGISTRY
from service.foundation.database import Base
from service.foundation.migrating import configuration, upgrade


@pytest.fixture
def empty(server_url: str) -> Iterator[str]:
    """The URL of a database with nothing in it."""
    name = f"test_{uuid4().hex}"
    with psycopg.connect(f"{server_url}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield f"{server_url}/{name}"
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _rows(url: str, query: str) -> set[tuple[object, ...]]:
    with psycopg.connect(url) as connection:
        return set(connection.execute(query).fetchall())


def _tables(url: str) -> set[str]:
    rows = _rows(url, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    return {str(row[0]) for row in rows}


def _triggers(url: str) -> set[tuple[object, ...]]:
    return _rows(
        url,
        "SELECT tgrelid::regclass::text, tgname, tgenabled FROM pg_trigger WHERE NOT tgisinternal",
    )


def test_there_is_one_head_and_one_line(server_url: str) -> None:
    scripts = ScriptDirectory.from_config(configuration(f"{server_url}/postgres"))
    assert len(scripts.get_heads()) == 1
    assert len(scripts.get_bases()) == 1
    for script in scripts.walk_revisions():
        assert not script.is_merge_point
        assert not script.is_branch_point


def test_the_migrations_make_what_the_models_say(empty: str) -> None:
    upgrade(empty)
    command.check(configuration(empty))
    engine = create_engine(empty.replace("postgresql://", "postgresql+psycopg://", 1))
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": False}
        )
        assert compare_metadata(context, Base.metadata) == []
    engine.dispose()


def test_up_down_and_up_again_ends_where_it_began(empty: str) -> None:
    upgrade(empty)
    tables, triggers = _tables(empty), _triggers(empty)
    moves = _rows(empty, "SELECT * FROM legal_moves")
    assert len(moves) == sum(map(len, REGISTRY.values()))
    command.downgrade(configuration(empty), "base")
    assert _tables(empty) <= {"alembic_version"}
    assert _triggers(empty) == set()
    functions = "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
    assert _rows(empty, functions) == set()
    upgrade(empty)
    assert _tables(empty) == tables
    assert _triggers(empty) == triggers
    assert _rows(empty, "SELECT * FROM legal_moves") == moves


def test_upgrading_twice_does_nothing_the_second_time(empty: str) -> None:
    upgrade(empty)
    before = _tables(empty), _triggers(empty)
    upgrade(empty)
    assert (_tables(empty), _triggers(empty)) == before


def test_two_that_start_at_once_do_not_collide(empty: str, template: str) -> None:
    from subprocess import Popen
    from sys import executable

    code = f"from service.foundation.migrating import upgrade; upgrade({empty!r})"
    starters = [Popen([executable, "-c", code]) for _ in range(2)]
    assert [starter.wait(timeout=60) for starter in starters] == [0, 0]
    assert _tables(empty) >= set(Base.metadata.tables)


def test_every_guard_is_switched_on(empty: str) -> None:
    upgrade(empty)
    triggers = _triggers(empty)
    assert {str(enabled) for _, _, enabled in triggers} <= {"O", "b'O'"}
    guarded = {str(table) for table, name, _ in triggers if name == "legal_move"}
    assert guarded == set(REGISTRY)

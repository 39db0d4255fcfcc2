"""A clean database per test whose commits stay: for verbs that open their own transactions.

The schema is migrated once a run into a template; each test gets a copy, a data directory and keys
of its own, and child processes find all three through the environment.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy.orm import Session

from service.foundation import database, engines
from service.foundation.database import transaction
from service.foundation.encryption import sealer
from service.foundation.jobs.wake import celery_app
from service.foundation.migrating import upgrade
from service.foundation.settings import settings
from tests.factories import residents

_CACHES: tuple[Callable[[], object], ...] = (
    settings.cache_clear,
    database.engine.cache_clear,
    sealer.cache_clear,
    celery_app.cache_clear,
)


@dataclass(frozen=True)
class Committed:
    """A database of this test's own."""

    url: str
    data_dir: Path

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Open a transaction in which the factories work; it commits."""
        with transaction() as session:
            residents.use(session)
            yield session

    def as_superuser(self, *statements: str) -> None:
        """Run statements as somebody whom no trigger stops."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute("SET session_replication_role = replica")
            for statement in statements:
                connection.execute(statement)


@lru_cache(maxsize=1)
def _make_template(server_url: str, name: str) -> None:
    with psycopg.connect(f"{server_url}/postgres", autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name}")
    upgrade(f"{server_url}/{name}")


@pytest.fixture(scope="session")
def template(server_url: str, worker_name: str) -> str:
    """The name of a migrated database that nobody is connected to.

    Like the tests' own database it stays until the next run, which drops it.
    """
    name = f"template_{worker_name}"
    # Each folder that takes this fixture over has a fixture of its own; the database is made once.
    _make_template(server_url, name)
    return name


@pytest.fixture
def committed(template: str, server_url: str, tmp_path: Path) -> Iterator[Committed]:
    """A copy of the template, in use by this process until the test ends."""
    with copied(template, server_url, tmp_path / "data") as found:
        yield found


@contextmanager
def copied(template: str, server_url: str, data_dir: Path) -> Iterator[Committed]:
    """A copy of the template that this process uses meanwhile; for a module's own fixture, too."""
    name = f"test_{uuid4().hex}"
    data_dir.mkdir()
    changed = pytest.MonkeyPatch()
    with psycopg.connect(f"{server_url}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        changed.setenv("ANXIN_DATABASE_URL", f"{server_url}/{name}")
        changed.setenv("ANXIN_DATA_DIR", str(data_dir))
        forget()
        try:
            yield Committed(os.environ["ANXIN_DATABASE_URL"], data_dir)
        finally:
            database.engine().dispose()
            engines.stop()
            changed.undo()
            forget()
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def forget() -> None:
    """Let this process read its settings again, and connect and open the keys anew."""
    for forget in _CACHES:
        forget()

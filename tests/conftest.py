"""Real PostgreSQL for every test: one server a run, one database a worker, one transaction a test."""

import atexit
import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

# Before anything of ours reads its settings. Workers of a parallel run inherit the folder.
if "ANXIN_TEST_RUN" not in os.environ:
    _folder = tempfile.mkdtemp(prefix="anxin-test-")
    os.environ["ANXIN_TEST_RUN"] = _folder
    os.environ["ANXIN_DATA_DIR"] = _folder
    os.environ.pop("ANXIN_REDIS_URL", None)
    _outer_url = os.environ.pop("ANXIN_DATABASE_URL", None)
    if _outer_url:
        os.environ["ANXIN_TEST_SERVER"] = _outer_url

    def _remove(pid: int = os.getpid()) -> None:
        if pid == os.getpid():
            from service.foundation import engines

            engines.stop()
            shutil.rmtree(_folder, ignore_errors=True)

    atexit.register(_remove)

import hypothesis
import psycopg
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from service import load_jobs
from service.foundation import database, engines
from service.foundation.settings import settings
from service.web import here

# What is imported and collected is no garbage: nothing looks through it before all of it is there.
gc.disable()

# What is right does not depend on how busy the machine is; benchmarks say how fast something is.
# Nor on luck: everybody's run tries the same examples, those that were tried before the change was
# taken. ANXIN_TEST_EXPLORE=1 draws new ones.
hypothesis.settings.register_profile(
    "anxin",
    deadline=None,
    derandomize="ANXIN_TEST_EXPLORE" not in os.environ,
    database=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("anxin")

load_jobs()
pytest_plugins = ["tests.service.web.browsing"]


_NEEDED = {
    "spark": ("Spark", "java", "Java", "default-jre-headless"),
    "strace": ("failing system calls", "strace", "strace", "strace"),
}
"""By marker: what is tested, the program it needs, that one's name, and its Debian package."""
_left_out: dict[str, int] = {}


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what needs a program that is not here; on CI that is an error instead.

    What takes longest comes first, so that no worker of a parallel run is alone with it at the end.
    Journeys come last: what they commit stays until the run ends.
    """
    items.sort(key=_place)
    for marker, (what, program, name, package) in _NEEDED.items():
        found = [item for item in items if item.get_closest_marker(marker)]
        if shutil.which(program) or not found:
            continue
        if os.environ.get("CI") == "true":
            raise pytest.UsageError(f"The tests of {what} need {name}: apt-get install {package}")
        config.hook.pytest_deselected(items=found)
        items[:] = [item for item in items if item not in found]
        _left_out[marker] = len(found)


def _place(item: pytest.Item) -> int:
    """Return where a test's file stands: whole counties first, then the others, then browsers."""
    if item.get_closest_marker("slow"):
        return 0
    return 2 if item.get_closest_marker("journey") else 1


def pytest_collection_finish() -> None:
    """Set what was imported and collected aside: looking through it for garbage takes a quarter second each time."""
    gc.collect()
    gc.freeze()
    atexit.register(gc.unfreeze)  # As the command line does: DuckDB takes what is left for leaks.
    gc.enable()


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say what was left out, and how to have it."""
    for marker, count in _left_out.items():
        what, _, name, package = _NEEDED[marker]
        terminalreporter.write_line(
            f"{count} tests of {what} were left out, because there is no {name} here. "
            f"To have them: apt-get install {package}",
            yellow=True,
        )


@pytest.fixture(autouse=True)
def _nobody_visits() -> Iterator[None]:
    """Every test starts outside a request, whatever language the one before it looked at."""
    yield
    here.leave()


@pytest.fixture(scope="session")
def server_url() -> str:
    """The URL of a real PostgreSQL server, without a database name.

    One of this run's own does not wait for the disk: tests kill processes, never the machine, and
    nobody needs its databases afterwards.
    """
    given = os.environ.get("ANXIN_TEST_SERVER")
    url = (given or engines.database_url()).rpartition("/")[0]
    if not given:
        with psycopg.connect(f"{url}/postgres", autocommit=True) as connection:
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                connection.execute(f"ALTER SYSTEM SET {setting} = off")
            connection.execute("SELECT pg_reload_conf()")
    return url


@pytest.fixture(scope="session")
def database_engine(server_url: str, worker_name: str) -> Iterator[Engine]:
    """A freshly migrated database of this worker's own."""
    name = f"test_{worker_name}"
    with psycopg.connect(f"{server_url}/postgres", autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name}")
    url = f"{server_url}/{name}"
    os.environ["ANXIN_DATABASE_URL"] = url
    settings.cache_clear()
    database.engine.cache_clear()
    from service.foundation.migrating import upgrade

    upgrade(url)
    engine = database.engine()
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def worker_name() -> str:
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


@pytest.fixture
def session(database_engine: Engine) -> Iterator[Session]:
    """A session whose work is rolled back at the end of the test."""
    with database_engine.connect() as connection:
        outer = connection.begin()
        with Session(
            bind=connection, join_transaction_mode="create_savepoint", expire_on_commit=False
        ) as session:
            yield session
        outer.rollback()


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A data directory of this test's own, for files that a rolled-back transaction cannot undo."""
    monkeypatch.setenv("ANXIN_DATA_DIR", str(tmp_path))
    settings.cache_clear()
    yield tmp_path
    monkeypatch.undo()
    settings.cache_clear()

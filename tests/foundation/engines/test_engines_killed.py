"""The database's server survives its users: killed ones let go, and a stopped server is started."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from service.foundation.engines import postgres
from tests.foundation.committed import Committed, committed, template

__all__ = ["committed", "template"]

HOLDER = """
from sqlalchemy import text
from service.foundation.database import transaction
with transaction() as session:
    session.execute(text("LOCK TABLE audit_entries"))
    print("locked", flush=True)
    session.execute(text("SELECT pg_sleep(600)"))
"""


def test_the_locks_of_a_killed_process_are_dropped_though_its_statement_runs_on(
    committed: Committed,
) -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLDER], stdout=subprocess.PIPE)
    assert holder.stdout
    assert holder.stdout.readline() == b"locked\n"
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    holder.stdout.close()
    started = time.monotonic()
    with psycopg.connect(committed.url) as connection:
        connection.execute("SET lock_timeout = '120s'")
        connection.execute("LOCK TABLE audit_entries")
    assert time.monotonic() - started < 120


@pytest.mark.slow
def test_a_server_found_while_it_is_being_stopped_is_started_again(tmp_path: Path) -> None:
    home = tmp_path / "county"
    home.mkdir()
    try:
        first = postgres.ensure(home)
        assert postgres.ensure(home) == first
        lines = (home / "postgres" / "data" / "postmaster.pid").read_text("ascii").splitlines()
        os.kill(int(lines[0]), signal.SIGINT)  # A fast shutdown, as pg_ctl asks for it.
        with psycopg.connect(postgres.ensure(home)) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    finally:
        postgres.stop(home)

"""A batch of a hundred thousand and of a million lines: built, screened, compared, frozen, looked at.

Run with ``.venv/bin/python -m tests.performance.bench_batches [--lines 100000 1000000] [--keep DIR]``.
Each size has a database of its own; ``--keep`` keeps or reuses it up to the last month's list.
CPU seconds are those of this process and of every PostgreSQL process together, so that they say the
same on a busy machine. Aims are printed beside the figures, and what PostgreSQL alone needs to copy
the finished lines into a table without index or log; none is asserted.
"""

import argparse
import os
import resource
import statistics
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar
from unittest.mock import patch
from uuid import UUID

import psutil
import psycopg
from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from service import load_jobs
from service.app import create_app
from service.assessment.models import Assessment
from service.audit.actor import SYSTEM
from service.batches import build as build_module
from service.batches import controls
from service.batches.build import build
from service.batches.died_since import _look
from service.batches.findings.models import BatchFinding
from service.batches.models import Batch, Payment
from service.batches.submit import lines_root, submit
from service.foundation.clock import now
from service.foundation.database import engine as database_engine
from service.foundation.database import transaction
from service.foundation.ids import reference_of
from service.officers.models import Officer, OfficerSession
from service.officers.sign_in import token_hash_of
from service.web import cookies
from tests.factories.officers import OfficerFactory
from tests.factories.residents import use
from tests.performance import bench_signing
from tests.performance.batch_data import LAST, PROGRAMME, THIS, write_county, write_decisions
from tests.performance.bench_month import anxin

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

AIMS = {100_000: 20.0, 1_000_000: 180.0}
PAGE_AIM_MS = 150.0
ROOT_AIM_SECONDS = 5.0
REQUESTS = 40
T = TypeVar("T")


def main() -> None:
    """Run the benchmark at each size and print its tables."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--lines", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--keep", type=Path, help="keep or reuse the data in this folder")
    given = parser.parse_args()
    for lines in given.lines:
        if given.keep:
            bench(given.keep / str(lines), lines)
        else:
            with tempfile.TemporaryDirectory(prefix="anxin-bench-") as folder:
                bench(Path(folder), lines)
    print("\nsignatures", flush=True)
    bench_signing.time_signatures(3_000)


def bench(home: Path, lines: int) -> None:
    """Prepare one size in ``home`` if needed, then time everything about its batch."""
    home.mkdir(parents=True, exist_ok=True)
    os.environ.update(ANXIN_DATA_DIR=str(home / "data"), ANXIN_LOG_LEVEL="WARNING")
    os.environ.pop("ANXIN_DATABASE_URL", None)
    _forget()
    anxin("db", "upgrade")
    server = anxin("db", "url").strip().rpartition("/")[0]
    family = psutil.Process(
        int((home / "data/postgres/data/postmaster.pid").read_text().split()[0])
    )
    try:
        _prepare(home, lines)
        _copy_database(server)
        print(f"\n{lines:,} lines", flush=True)
        clock = Clock(family)
        _time_build(clock, (home / THIS).read_text(), lines)
        _time_pages(clock, "draft")
        _time_freeze(clock)
        _time_pages(clock, "frozen")
        _bare_copy(clock)
    finally:
        _forget()
        os.environ.pop("ANXIN_DATABASE_URL", None)
        anxin("down")


class Clock:
    """Wall seconds, and CPU seconds of this process and of PostgreSQL's processes together."""

    def __init__(self, postgres: psutil.Process) -> None:
        self._postgres = postgres
        self.took: dict[str, tuple[float, float]] = {}

    def _cpu(self) -> float:
        own, server = time.process_time(), self._postgres.cpu_times()
        spent = own + server.user + server.system + server.children_user + server.children_system
        for one in self._postgres.children():
            with suppress(psutil.NoSuchProcess):
                times = one.cpu_times()
                spent += times.user + times.system
        return float(spent)

    @contextmanager
    def running(self, what: str) -> Iterator[None]:
        """Add what happens inside to the figure of ``what``."""
        wall, cpu = time.monotonic(), self._cpu()
        yield
        before = self.took.get(what, (0.0, 0.0))
        self.took[what] = before[0] + time.monotonic() - wall, before[1] + self._cpu() - cpu

    def say(self, what: str, beside: str = "") -> None:
        """Print one figure."""
        wall, cpu = self.took[what]
        print(f"{what:<34} {wall:8.2f} s {cpu:8.2f} CPU s  {beside}".rstrip(), flush=True)

    @property
    def largest_mb(self) -> int:
        """The largest resident set of a PostgreSQL process that lives now, shared pages included."""
        return max(int(one.memory_info().rss) for one in self._postgres.children()) >> 20


def _forget() -> None:
    from service.foundation import database
    from service.foundation.encryption import sealer
    from service.foundation.settings import settings

    if database.engine.cache_info().currsize:
        database.engine().dispose()
    for forget in (settings.cache_clear, database.engine.cache_clear, sealer.cache_clear):
        forget()


def _prepare(home: Path, lines: int) -> None:
    """Write the county, both months' decisions and the last month's list, unless they are there."""
    load_jobs()
    if (home / "complete").exists():
        return
    with transaction() as session:
        write_county(session, lines * 100 // 99)
    for month in (LAST, THIS):
        with transaction() as session:
            assessment = write_decisions(session, month)
        (home / month).write_text(str(assessment))
    with transaction() as session:
        _build(session, (home / LAST).read_text())
    with database_engine().connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("VACUUM ANALYZE"))
    (home / "complete").touch()


def _copy_database(server: str) -> None:
    """Work on a copy of what was prepared, so that it can be used again."""
    database_engine().dispose()
    name = database_engine().url.database
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS bench_copy WITH (FORCE)")
        connection.execute(f"CREATE DATABASE bench_copy TEMPLATE {name}")
    os.environ["ANXIN_DATABASE_URL"] = f"{server}/bench_copy"
    _forget()


def _build(session: Session, assessment_id: str) -> Batch | None:
    return build(session, session.get_one(Assessment, UUID(assessment_id)), PROGRAMME, by=SYSTEM)


def _time_build(clock: Clock, assessment_id: str, lines: int) -> None:
    parts = (
        ("address", build_module, "address"),
        ("screen", controls, "screen"),
        ("keep the holds", controls, "keep_holds"),
        ("compare", build_module, "compare"),
        ("look at the whole", build_module, "look_at_whole"),
    )
    with ExitStack() as patched:
        for what, where, name in parts:
            patched.enter_context(
                patch.object(where, name, _timed(clock, what, getattr(where, name)))
            )
        with clock.running("build + screen + compare"), transaction() as session:
            _build(session, assessment_id)
            largest = clock.largest_mb
    for what, _, _ in parts:
        clock.say(f"{what}")
    aim = AIMS.get(lines)
    clock.say("build + screen + compare", f"aim {aim:.0f} s" if aim else "")
    print(f"{'peak memory':<34} {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10:8,} MB here, "
          f"{largest:,} MB in the largest PostgreSQL process")  # fmt: skip


def _timed(clock: Clock, what: str, work: Callable[..., T]) -> Callable[..., T]:
    def run(*given: Any, **named: Any) -> T:
        with clock.running(what):
            return work(*given, **named)

    return run


def _newest(session: Session) -> Batch:
    return session.scalars(select(Batch).where(Batch.month == THIS)).one()


def _time_freeze(clock: Clock) -> None:
    """Submit the batch as its maker does; the root is timed once more by itself."""
    with transaction() as session:
        maker = session.scalars(select(Officer).where(Officer.username == "bench-maker")).one()
        batch = _newest(session)
        for finding in session.scalars(
            select(BatchFinding).where(BatchFinding.batch_id == batch.id)
        ):
            print(f"finding {finding.control}: {finding.lines:,} lines")
        with clock.running("submit: move, root, record"):
            submit(session, batch, by=maker)
    clock.say("submit: move, root, record")
    with transaction() as session, clock.running("Merkle root, from the database"):
        lines_root(session, _newest(session))
    clock.say("Merkle root, from the database", f"aim {ROOT_AIM_SECONDS:.0f} s for 1,000,000 lines")
    with transaction() as session, clock.running("who died since, at the gate"):
        _look(session, _newest(session), "frozen")
    clock.say("who died since, at the gate")


def _time_pages(clock: Clock, state: str) -> None:
    """Ask for the batch's pages as an officer's browser does, and print the server's milliseconds."""
    token = "bench" * 8
    with transaction() as session:
        use(session)
        maker = session.scalars(select(Officer).where(Officer.username == "bench-maker")).first()
        maker = maker or OfficerFactory.create(username="bench-maker")
        session.execute(delete(OfficerSession).where(OfficerSession.officer_id == maker.id))
        session.add(
            OfficerSession(
                officer_id=maker.id,
                token_hash=token_hash_of(token),
                started_at=now(),
                seen_at=now(),
            )
        )
        batch = _newest(session)
        home = f"/batches/{batch.batch_no}"
        some = list(session.scalars(
            select(Payment.id).where(Payment.batch_id == batch.id).order_by(Payment.id.desc())
            .offset(200).limit(1)
        ))  # fmt: skip
    deep = reference_of(some[0])
    paths = {
        "first page": home,
        "a page at the end": f"{home}?after=o{deep}",
        "the page before it": f"{home}?before=o{deep}",
        "held lines": f"{home}?state=held",
        "one control": f"{home}?control=account_unverified",
        "one control, held lines": f"{home}?control=account_unverified&state=held",
        "differences": f"{home}/differences",
        "differences, one township": f"{home}/differences?township=330523100000",
        "the whole sheet": f"{home}/decide",
        "lines for a program, at the end": f"/api{home}/lines?after=o{deep}",
        "lines of a township that changed": f"{home}?place=330523100&part=changed",
        "lines by amount": f"{home}?least=100&most=300",
        "work queue": "/",
        "work queue, what others owe": "/?of=others",
        "list of batches": "/batches",
        "months": "/months",
        "the month": f"/months/{THIS}",
        "exceptions": "/exceptions",
        "files sent": "/dispatch",
        "finance's desk": "/reconciliation/exceptions",
        "books": "/ledger",
        "way of the money": "/ledger/waterfall",
        "postings": "/ledger/postings",
        "overview": "/overview",
    }
    # Without the app's start: it would open a sealed card, and the cards here are not sealed.
    browser = TestClient(create_app(), headers={"accept-language": "zh-CN"})
    browser.cookies.set(cookies.SESSION, token)
    for what, path in paths.items():
        browser.get(path)  # The first request of a process compiles templates and statements.
        taken = []
        with clock.running(f"{state}, {what}"):
            for _ in range(REQUESTS):
                started = time.monotonic()
                answer = browser.get(path)
                taken.append((time.monotonic() - started) * 1000)
                assert answer.status_code == 200, (path, answer.status_code)
        spent = clock.took[f"{state}, {what}"][1] * 1000 / REQUESTS
        print(f"{state + ', ' + what:<40} median {statistics.median(taken):7.1f} ms, "
              f"p95 {statistics.quantiles(taken, n=20)[-1]:7.1f} ms, {spent:6.1f} CPU ms  "
              f"aim {PAGE_AIM_MS:.0f} ms", flush=True)  # fmt: skip


def _bare_copy(clock: Clock) -> None:
    """Let PostgreSQL copy the finished lines into a table with nothing around it: the bound."""
    url = database_engine().url.set(drivername="postgresql").render_as_string(hide_password=False)
    with tempfile.TemporaryFile() as passing, psycopg.connect(url) as connection:
        cursor = connection.cursor()
        with cursor.copy(f"COPY (SELECT * FROM payments WHERE period = '{THIS}') TO STDOUT") as out:
            for piece in out:
                passing.write(piece)
        passing.seek(0)
        cursor.execute("CREATE UNLOGGED TABLE bare (LIKE payments)")
        with clock.running("bare COPY of the same lines"):
            with cursor.copy("COPY bare FROM STDIN") as into:
                while part := passing.read(1 << 20):
                    into.write(part)
            connection.commit()
    clock.say("bare COPY of the same lines", "no index, no log, no check: the bound")


if __name__ == "__main__":
    main()

"""Processes that run a month, to be stopped at a table and killed there; and what a month left.

A test holds a lock on a table, so that whoever next writes to it waits: that process is killed in
the middle of its transaction, at a known place and however fast the machine is.
"""

import contextlib
import os
import time
from collections import Counter
from collections.abc import Iterator
from multiprocessing.connection import Connection
from typing import Any

import psycopg
from sqlalchemy import DateTime, select
from sqlalchemy.orm import Session

from service import load_jobs
from service.assessment.models import Assessment, Decision
from service.batches.findings.models import BatchFinding
from service.batches.models import Batch, MonthRun, Payment, PaymentHold
from service.batches.stages import KINDS
from service.cli import app
from service.foundation.database import Base, make_engine, transaction
from service.foundation.jobs import Job
from service.residents.models import Snapshot
from tests.foundation.committed import forget

load_jobs()
PATIENCE_SECONDS = 120.0
_WAITING = """
SELECT count(*) FROM pg_locks l LEFT JOIN pg_class c ON c.oid = l.relation
WHERE NOT l.granted
  AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
_WRITING = f"{_WAITING} AND c.relname = %s"
_PRESSING = f"{_WAITING} AND l.locktype = 'advisory'"
_OURS: tuple[tuple[type[Base], set[str]], ...] = (
    (Snapshot, {"id", "manifest", "files"}),
    (Assessment, {"id", "snapshot_id", "files"}),
    (Decision, {"id", "assessment_id"}),
    (Batch, {"id", "assessment_id", "salt"}),
    (BatchFinding, {"id", "batch_id", "evidence"}),
    (Payment, {"id", "batch_id", "decision_id"}),
    (PaymentHold, {"id", "payment_id"}),
)
"""What a run leaves, and which of its columns are drawn anew on every run; times are, too."""


def run_month(environment: dict[str, str], words: tuple[str, ...], begun: Connection) -> None:
    """Be ``anxin month run`` with these words; end with its exit code."""
    _take_up(environment)
    with transaction() as session:
        session.execute(select(1))
    begun.send(True)
    with (
        open(os.devnull, "w") as nowhere,  # noqa: PTH123
        contextlib.redirect_stderr(nowhere),
        contextlib.redirect_stdout(nowhere),
    ):
        code = app(["month", "run", *words], standalone_mode=False)
    raise SystemExit(code or 0)


def work_for_queue(environment: dict[str, str], words: tuple[str, ...], begun: Connection) -> None:
    """Be a Celery worker that does jobs when a message wakes it."""
    _take_up(environment)
    from service.worker import app as celery

    begun.send(True)
    with (
        open(os.devnull, "w") as nowhere,  # noqa: PTH123
        contextlib.redirect_stderr(nowhere),
        contextlib.redirect_stdout(nowhere),
    ):
        celery.worker_main(
            ["worker", "-Q", "batch", "--pool", "solo", "--without-gossip", "--without-mingle",
             "--loglevel", "CRITICAL", *words]
        )  # fmt: skip


def _take_up(environment: dict[str, str]) -> None:
    os.environ.update(environment)
    # What the process was forked from may have read other settings.
    forget()


@contextlib.contextmanager
def stopped_at(url: str, table: str) -> Iterator[None]:
    """Let nobody write to a table meanwhile; readers and row locks go on."""
    with psycopg.connect(url) as holder:
        holder.execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE".encode())
        yield


def wait_for_writer(url: str, table: str) -> None:
    """Wait until somebody waits to write to a table."""
    with psycopg.connect(url, autocommit=True) as watch:
        _wait_for(watch, _WRITING, [table], 1, table)


@contextlib.contextmanager
def pressed_together(url: str, month: str, number: int) -> Iterator[None]:
    """Let nobody press a month's button until so many do; then all of them at once."""
    with (
        psycopg.connect(url) as holder,
        psycopg.connect(url, autocommit=True) as watch,
    ):
        holder.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"press:{month}"])
        yield
        _wait_for(watch, _PRESSING, [], number, f"{number} presses of {month}")


def _wait_for(
    watch: psycopg.Connection[Any], query: str, given: list[str], number: int, what: str
) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (watch.execute(query.encode(), given).fetchone() or (0,))[0] < number:
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.01)


def left_by(url: str) -> dict[str, Any]:
    """Return everything a month left in a database: two equal answers are two equal months."""
    engine = make_engine(url)
    with Session(engine) as session:
        found: dict[str, Any] = {
            model.__name__: _rows(session, model, drawn) for model, drawn in _OURS
        }
        runs = select(MonthRun).order_by(MonthRun.requested_at.desc())
        last = session.scalars(runs).first()
        assert last is not None
        found["last run"] = (last.stage, last.problem, last.programmes)
        found["jobs left"] = Counter(
            session.scalars(select(Job.kind).where(Job.state == "queued", Job.kind.in_(KINDS)))
        )
    engine.dispose()
    return found


def _rows(session: Session, model: type[Base], drawn: set[str]) -> list[tuple[Any, ...]]:
    columns = [
        one
        for one in model.__table__.columns
        if one.name not in drawn and not isinstance(one.type, DateTime)
    ]
    return sorted((tuple(row) for row in session.execute(select(*columns)).all()), key=repr)

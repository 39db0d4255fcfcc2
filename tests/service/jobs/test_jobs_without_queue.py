"""Stopping the queue in the middle of the work loses nothing and does nothing twice."""

import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from service.foundation import children
from service.foundation.engines import redis_url, valkey
from service.foundation.jobs import enqueue, wake
from tests.foundation.committed import Committed
from tests.service.jobs import kinds

ROOT = Path(__file__).parents[3]
PATIENCE_SECONDS = 300


@contextmanager
def _worker(committed: Committed) -> Iterator[subprocess.Popen[bytes]]:
    child = children.start(
        [
            "-m", "celery", "-A", "tests.service.jobs.celery_worker", "worker", "--beat",
            "--concurrency", "2", "--queues", "batch,bank,periodic", "--loglevel", "WARNING",
            "--schedule", str(committed.data_dir / "beat"), "--without-gossip", "--without-mingle",
        ],
        environment={"PYTHONWARNINGS": "ignore", "PYTHONPATH": str(ROOT)},
        log=str(committed.data_dir / "worker.log"),
    )  # fmt: skip
    try:
        yield child
    finally:
        children.stop(child, seconds=10)


def _ask(committed: Committed, *works: str) -> None:
    for work in works:
        with committed.transaction() as session:
            enqueue(session, "test.work", work, work=work)


def _until(committed: Committed, enough: Callable[[int], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        with committed.transaction() as session:
            done = len(kinds.entries(session))
        if enough(done):
            return
        log = (committed.data_dir / "worker.log").read_text(encoding="utf-8")[-2000:]
        assert time.monotonic() < deadline, f"{done} done; {log}"
        time.sleep(0.1)


@pytest.mark.slow
def test_stopping_the_queue_in_the_middle_of_a_month_loses_nothing(
    committed: Committed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wake, "_listening", True)
    before, without, after = (
        [f"{part}-{number:02d}" for number in range(15)] for part in ("1", "2", "3")
    )
    redis_url()
    with _worker(committed):
        _ask(committed, *before)
        _until(committed, lambda done: done >= 5)
        valkey.stop(committed.data_dir)
        _ask(committed, *without)
    wake.celery_app.cache_clear()
    redis_url()
    with _worker(committed):
        _ask(committed, *after)
        _until(committed, lambda done: done >= 45)
    with committed.transaction() as session:
        assert kinds.entries(session) == [*before, *without, *after]
        assert kinds.waiting(session) == 0

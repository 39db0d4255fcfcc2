"""A job that fails is tried again, later and later, and comes to an end that somebody is told of."""

import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import select, update

from service.foundation import clock, jobs
from service.foundation.jobs import Job, enqueue
from service.foundation.jobs.handlers import KINDS
from tests.foundation.committed import Committed
from tests.service.jobs import kinds

ROOT = Path(__file__).parents[3]


def _ask(committed: Committed, kind: str, **arguments: str) -> UUID:
    with committed.transaction() as session:
        enqueue(session, kind, "a", work="a", **arguments)
    with committed.transaction() as session:
        return session.scalars(select(Job.id)).one()


def _now(committed: Committed, job_id: UUID) -> Job:
    with committed.transaction() as session:
        return session.get_one(Job, job_id)


def _let_time_pass(committed: Committed) -> None:
    with committed.transaction() as session:
        session.execute(update(Job).values(run_after=clock.now()))


def _child(job_id: UUID) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.service.jobs.kinds", str(job_id)],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def test_a_refused_try_leaves_nothing_and_waits_twice_as_long_each_time(
    committed: Committed,
) -> None:
    job_id = _ask(committed, "test.refuse")
    with time_machine.travel(clock.now(), tick=False):
        for attempt, seconds in ((1, 2), (2, 4)):
            assert not jobs.run(job_id)
            job = _now(committed, job_id)
            assert (job.state, job.attempts, job.error_code) == ("queued", attempt, "not_found")
            assert job.run_after - clock.now() == timedelta(seconds=seconds)
            assert not jobs.run(job_id), "run before its time"
            assert _now(committed, job_id).attempts == attempt
            _let_time_pass(committed)
    with committed.transaction() as session:
        assert kinds.entries(session) == []


def test_after_its_last_try_a_job_is_failed_and_its_owner_is_told_once(
    committed: Committed,
) -> None:
    job_id = _ask(committed, "test.refuse")
    for _ in range(6):
        jobs.run(job_id)
        _let_time_pass(committed)
    job = _now(committed, job_id)
    assert (job.state, job.attempts, job.error_code) == ("failed", 3, "not_found")
    assert job.finished_at is not None
    with committed.transaction() as session:
        assert kinds.entries(session, "work.given_up") == ["a"]
        assert kinds.entries(session) == []


def test_the_delay_never_grows_beyond_five_minutes(committed: Committed) -> None:
    job_id = _ask(committed, "test.refuse")
    with committed.transaction() as session:
        session.execute(update(Job).values(attempts=60, attempts_max=100))
    jobs.run(job_id)
    assert _now(committed, job_id).run_after - clock.now() <= timedelta(minutes=5)


def test_of_an_unexpected_error_only_its_kind_is_kept(committed: Committed) -> None:
    job_id = _ask(committed, "test.stumble")
    assert not jobs.run(job_id)
    job = _now(committed, job_id)
    assert (job.error_code, job.error) == ("unexpected", "ValueError")


def test_a_worker_killed_in_the_middle_leaves_the_job_waiting_and_nothing_done(
    committed: Committed, tmp_path: Path
) -> None:
    sign = tmp_path / "in-the-middle"
    job_id = _ask(committed, "test.slow", sign=str(sign))
    child = _child(job_id)
    deadline = time.monotonic() + 60
    while not sign.exists():
        assert time.monotonic() < deadline
        assert child.poll() is None
        time.sleep(0.02)
    assert not jobs.run(job_id), "a second worker took a job that is being done"
    child.send_signal(signal.SIGKILL)
    child.wait()
    job = _now(committed, job_id)
    assert job.state == "queued"
    with committed.transaction() as session:
        assert kinds.entries(session) == []
        session.execute(update(Job).values(arguments={"work": "a", "sign": ""}))
    assert jobs.run(job_id)
    with committed.transaction() as session:
        assert kinds.entries(session) == ["a"]


def test_a_job_that_kills_every_worker_comes_to_an_end(committed: Committed) -> None:
    job_id = _ask(committed, "test.kill")
    for _ in range(2):
        assert _child(job_id).wait(timeout=60) == -signal.SIGKILL
    assert _now(committed, job_id).state == "queued"
    assert _child(job_id).wait(timeout=60) == 3
    job = _now(committed, job_id)
    assert (job.state, job.error_code) == ("failed", "worker_lost")
    with committed.transaction() as session:
        assert kinds.entries(session, "work.given_up") == ["a"]


def test_failed_jobs_get_another_life_with_all_their_tries(committed: Committed) -> None:
    job_id = _ask(committed, "test.refuse")
    for _ in range(3):
        jobs.run(job_id)
        _let_time_pass(committed)
    assert _now(committed, job_id).state == "failed"
    assert not jobs.run(job_id), "a failed job ran"
    with committed.transaction() as session:
        assert jobs.revive(session) == 1
        assert jobs.revive(session) == 0
        session.execute(update(Job).values(kind="test.work"))
    job = _now(committed, job_id)
    assert (job.state, job.attempts, job.finished_at) == ("queued", 0, None)
    assert jobs.run(job_id)
    with committed.transaction() as session:
        assert kinds.entries(session) == ["a"]


def test_a_worker_that_does_not_know_a_kind_leaves_it_to_one_that_does(
    committed: Committed, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = _ask(committed, "test.work")
    with monkeypatch.context() as older:
        older.delitem(KINDS, "test.work")
        for _ in range(10):
            assert not jobs.run(job_id)
            _let_time_pass(committed)
        assert jobs.drain() == 0
    job = _now(committed, job_id)
    assert (job.state, job.attempts) == ("queued", 0)
    assert jobs.run(job_id)

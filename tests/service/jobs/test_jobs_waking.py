"""A wake-up carries an id and may be lost; the sweeper finds every job that was not woken."""

import json
import time
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
import redis
from sqlalchemy import select, update

from service.foundation import clock, jobs
from service.foundation.engines import redis_url, valkey
from service.foundation.jobs import Job, enqueue, wake
from service.foundation.jobs.models import Heartbeat
from tests.foundation.committed import Committed


@pytest.fixture
def queue(committed: Committed, monkeypatch: pytest.MonkeyPatch) -> Iterator[redis.Redis]:
    """A real Valkey of this test's own, to which wake-ups are sent."""
    monkeypatch.setattr(wake, "_listening", True)
    client = redis.Redis.from_url(redis_url())
    yield client
    client.close()
    wake.celery_app().close()


def _ask(committed: Committed, *works: str) -> None:
    with committed.transaction() as session:
        for work in works:
            enqueue(session, "test.work", work, work=work)


def _grow_old(committed: Committed) -> None:
    with committed.transaction() as session:
        session.execute(update(Job).values(run_after=clock.now() - timedelta(seconds=10)))


def test_a_committed_job_wakes_a_worker_with_its_id_and_nothing_else(
    committed: Committed, queue: redis.Redis
) -> None:
    _ask(committed, "secret-looking-work")
    with committed.transaction() as session:
        job_id = session.scalars(select(Job.id)).one()
    (message,) = queue.lrange("batch", 0, -1)
    assert str(job_id).encode() in message
    assert b"secret-looking-work" not in message
    assert json.loads(message)["headers"]["task"] == "jobs.run"


def test_a_rolled_back_job_wakes_nobody(committed: Committed, queue: redis.Redis) -> None:
    def ask_and_fail() -> None:
        with committed.transaction() as session:
            enqueue(session, "test.work", "a", work="a")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        ask_and_fail()
    assert queue.llen("batch") == 0


def test_the_sweeper_wakes_again_for_every_job_that_waited_too_long(
    committed: Committed, queue: redis.Redis
) -> None:
    _ask(committed, "a", "b", "c")
    queue.flushall()
    with committed.transaction() as session:
        assert jobs.sweep(session) == 0, "a wake-up was given no time to arrive"
    _grow_old(committed)
    with committed.transaction() as session:
        done = session.scalars(select(Job.id).order_by(Job.created_at)).first()
        assert done is not None
    assert jobs.run(done)
    with committed.transaction() as session:
        assert jobs.sweep(session) == 2
    assert queue.llen("batch") == 2


def test_the_sweeper_leaves_the_time_of_its_round(committed: Committed) -> None:
    before = clock.now()
    for _ in range(2):
        with committed.transaction() as session:
            jobs.sweep(session)
    with committed.transaction() as session:
        assert session.get_one(Heartbeat, "jobs.sweep").at >= before


def test_without_a_queue_work_is_still_asked_for(committed: Committed, queue: redis.Redis) -> None:
    _ask(committed, "a")
    valkey.stop(committed.data_dir)
    started = time.monotonic()
    _ask(committed, "b", "c")
    assert time.monotonic() - started < 5, "whoever asks waits for a queue that is away"
    with committed.transaction() as session:
        ids: list[UUID] = list(session.scalars(select(Job.id)))
    assert len(ids) == 3
    assert jobs.drain() == 3

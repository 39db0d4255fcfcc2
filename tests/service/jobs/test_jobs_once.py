"""A job is done once, however often it is asked for, woken or run."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID

import pytest
from sqlalchemy import select

from service.foundation import jobs
from service.foundation.jobs import Job, enqueue
from tests.foundation.committed import Committed
from tests.service.jobs import kinds


def _ask(committed: Committed, *works: str) -> list[UUID]:
    with committed.transaction() as session:
        for work in works:
            enqueue(session, "test.work", work, work=work)
    with committed.transaction() as session:
        return list(session.scalars(select(Job.id).order_by(Job.created_at, Job.id)))


def test_asking_twice_is_one_job(committed: Committed) -> None:
    _ask(committed, "a", "a")
    assert len(_ask(committed, "a", "b")) == 2


def test_asking_again_for_what_is_done_does_nothing(committed: Committed) -> None:
    (job_id,) = _ask(committed, "a")
    assert jobs.run(job_id)
    _ask(committed, "a")
    assert jobs.drain() == 0
    with committed.transaction() as session:
        assert kinds.entries(session) == ["a"]


def test_a_repeated_message_finds_the_work_done(committed: Committed) -> None:
    (job_id,) = _ask(committed, "a")
    assert [jobs.run(job_id) for _ in range(5)] == [True, False, False, False, False]
    with committed.transaction() as session:
        assert kinds.entries(session) == ["a"]
        job = session.get_one(Job, job_id)
        assert (job.state, job.attempts) == ("done", 1)
        assert job.finished_at is not None


def test_a_message_about_no_job_is_nothing(committed: Committed) -> None:
    assert not jobs.run(UUID(int=7))


@pytest.mark.parametrize("runners", [2, 8])
def test_of_runners_at_once_one_does_the_work(committed: Committed, runners: int) -> None:
    works = [f"{number:02d}" for number in range(12)]
    ids = _ask(committed, *works)
    together = Barrier(runners)

    def run(_: int) -> list[bool]:
        together.wait(timeout=60)
        return [jobs.run(job_id) for job_id in ids]

    with ThreadPoolExecutor(runners) as pool:
        done = list(pool.map(run, range(runners)))
    assert [sum(by_runner[at] for by_runner in done) for at in range(len(ids))] == [1] * len(ids)
    with committed.transaction() as session:
        assert kinds.entries(session) == works
        assert kinds.waiting(session) == 0


def test_two_askers_at_once_are_one_job(committed: Committed) -> None:
    together = Barrier(6)

    def ask(_: int) -> None:
        together.wait(timeout=60)
        with committed.transaction() as session:
            enqueue(session, "test.work", "same", work="same")

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(ask, range(6)))
    with committed.transaction() as session:
        assert len(session.scalars(select(Job)).all()) == 1


def test_an_asker_that_is_rolled_back_asked_for_nothing(committed: Committed) -> None:
    def ask_and_fail() -> None:
        with committed.transaction() as session:
            enqueue(session, "test.work", "a", work="a")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        ask_and_fail()
    with committed.transaction() as session:
        assert session.scalars(select(Job)).all() == []


def test_draining_does_everything_in_order_and_only_the_kinds_asked_for(
    committed: Committed,
) -> None:
    _ask(committed, "a", "b", "c")
    with committed.transaction() as session:
        enqueue(session, "test.slow", "d", work="d", sign="")
    assert jobs.drain(kinds=("test.work",)) == 3
    with committed.transaction() as session:
        finished = session.scalars(
            select(Job.key).where(Job.state == "done").order_by(Job.finished_at)
        ).all()
        assert finished == ["test.work:a", "test.work:b", "test.work:c"]
    assert jobs.drain() == 1


def test_a_row_keeps_ids_and_dates_as_text(committed: Committed) -> None:
    with committed.transaction() as session:
        enqueue(session, "test.work", "a", work=UUID(int=1))
    with committed.transaction() as session:
        assert session.scalars(select(Job)).one().arguments == {"work": str(UUID(int=1))}

"""The demo's worker, and waiting until jobs are done – by it, or in this process if it is away."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import func, select

from service.foundation import children, jobs
from service.foundation.database import transaction
from service.foundation.jobs import Job
from service.foundation.problems import Problem
from service.foundation.settings import choose, settings
from service.foundation.time_stamps.authority import EMBEDDED

_SECONDS_WITHOUT_PROGRESS = 6.0
_SECONDS_MAX = 1800.0


def stamp_here() -> None:
    """Have everything stamped by the authority on this machine, unless the settings name one."""
    if settings().profile == "demo" and settings().time_stamp_url is None:
        choose("time_stamp_url", EMBEDDED)


class WorkFailed(Problem):
    """A job came to its end without being done."""

    code = "work_failed"
    status = 500
    title = "A piece of work failed"

    def __init__(self, kind: str, why: str) -> None:
        super().__init__(f"The job {kind} failed: {why}", f"任务 {kind} 失败：{why}")


@contextmanager
def worker() -> Iterator[None]:
    """Run a real Celery worker with its scheduler as a child process."""
    log = settings().data_dir / "worker.log"
    schedule = settings().data_dir / "engines" / "beat-schedule"
    child = children.start(
        [
            "-m", "celery", "-A", "service.worker", "worker", "--beat", "--concurrency", "2",
            "--queues", "batch,bank,periodic", "--loglevel", "WARNING",
            "--schedule", str(schedule), "--without-gossip", "--without-mingle",
        ],
        environment={"PYTHONWARNINGS": "ignore"},
        log=str(log),
    )  # fmt: skip
    try:
        yield
    finally:
        children.stop(child)


def wait_for(*kinds: str) -> None:
    """Wait until no job of these kinds is waiting; raises WorkFailed when one failed for good.

    If nothing moves for some seconds the work is done here: the worker may be away, and rows do
    not care who does them.
    """
    started = moved = time.monotonic()
    left = _left(kinds)
    while left:
        time.sleep(0.05)
        now = _left(kinds)
        if now != left:
            left, moved = now, time.monotonic()
        if time.monotonic() - moved > _SECONDS_WITHOUT_PROGRESS:
            jobs.drain(kinds=kinds)
            moved = time.monotonic()
        if time.monotonic() - started > _SECONDS_MAX:
            raise WorkFailed(", ".join(kinds), "it took longer than half an hour")
    _raise_failed(kinds)


def _left(kinds: tuple[str, ...]) -> int:
    with transaction() as session:
        return (
            session.scalar(
                select(func.count())
                .select_from(Job)
                .where(Job.kind.in_(kinds), Job.state == "queued")
            )
            or 0
        )


def _raise_failed(kinds: tuple[str, ...]) -> None:
    with transaction() as session:
        failed = session.scalars(
            select(Job)
            .where(Job.kind.in_(kinds), Job.state == "failed")
            .order_by(Job.finished_at.desc())
        ).first()
    if failed is not None:
        raise WorkFailed(failed.kind, failed.error or failed.error_code or "")

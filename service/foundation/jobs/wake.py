"""Wake a worker. A wake-up may be lost: the row stays and the sweeper finds it."""

from functools import lru_cache
from uuid import UUID

from celery import Celery
from kombu.exceptions import OperationalError

from service.foundation.engines import redis_url
from service.foundation.logs import logger
from service.foundation.settings import settings

RUN_TASK = "jobs.run"


@lru_cache(maxsize=1)
def celery_app() -> Celery:
    """Return this process's Celery application; messages carry a job id and nothing else."""
    app = Celery("anxin", broker=redis_url())
    app.conf.update(
        task_serializer="json",
        accept_content=["json"],
        task_ignore_result=True,
        task_acks_late=True,
        worker_prefetch_multiplier=1,
        worker_max_tasks_per_child=500,
        worker_hijack_root_logger=False,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_transport_options={
            "visibility_timeout": 600,
            # One try: the client would otherwise keep every request waiting six seconds while the
            # queue is away, and the sweeper finds the row anyhow.
            "max_retries": 1,
            "interval_start": 0,
            "interval_step": 0,
            "interval_max": 0,
            "socket_connect_timeout": 2,
            "socket_timeout": 10,
        },
        timezone="Asia/Shanghai",
        enable_utc=True,
        task_default_queue="batch",
    )
    return app


_listening = False


def announce() -> None:
    """Send wake-ups from now on; a process without workers to wake (a test, a tool) does not."""
    global _listening  # noqa: PLW0603 - one switch a process, set at its door
    _listening = True


def wake(job_id: UUID, queue: str) -> None:
    """Tell the workers that a job is waiting; never raises when the queue is away."""
    if not _listening:
        return
    try:
        celery_app().send_task(RUN_TASK, args=[str(job_id)], queue=queue, retry=False)
    except (OperationalError, OSError) as error:
        logger("jobs").warning(
            "jobs.wake_lost",
            job_id=str(job_id),
            reason=type(error).__name__,
            profile=settings().profile,
        )

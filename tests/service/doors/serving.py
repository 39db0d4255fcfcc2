"""Web servers and a worker as processes of their own, on the database of a test that commits."""

import multiprocessing
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext

import psycopg

from tests.foundation.committed import forget
from tests.service.dispatch.killing import BEGIN_SECONDS_MAX, environment

PATIENCE_SECONDS = 60


def serve(settings: dict[str, str], tell: Connection) -> None:
    """Serve the pages and the API on a free port, and tell which."""
    _take_up(settings)
    import uvicorn

    from service.app import create_app

    config = uvicorn.Config(create_app(), host="127.0.0.1", port=0, log_level="warning")
    server = uvicorn.Server(config)
    threading.Thread(target=_tell_when_started, args=(server, tell), daemon=True).start()
    server.run()


def _take_up(settings: dict[str, str]) -> None:
    """Forget what the warm process read from the settings of an earlier test."""
    os.environ.update(settings)
    forget()


def _tell_when_started(server: "object", tell: Connection) -> None:
    while not getattr(server, "started", False):
        time.sleep(0.02)
    servers = server.servers  # type: ignore[attr-defined]
    tell.send(servers[0].sockets[0].getsockname()[1])


def work(settings: dict[str, str], tell: Connection) -> None:
    """Do jobs as they come due, as a worker does."""
    _take_up(settings)
    from service.foundation import jobs

    tell.send(0)
    while True:
        jobs.drain()
        time.sleep(0.1)


@contextmanager
def running(
    context: ForkServerContext, target: Callable[[dict[str, str], Connection], None]
) -> Iterator[str]:
    """Run one process until the block ends; give the address it serves."""
    heard, tell = context.Pipe(duplex=False)
    process = context.Process(target=target, args=(environment(), tell), daemon=True)
    process.start()
    try:
        assert heard.poll(BEGIN_SECONDS_MAX), "it never began"
        yield f"http://127.0.0.1:{heard.recv()}"
    finally:
        process.kill()
        process.join()


@contextmanager
def warm() -> Iterator[ForkServerContext]:
    """Keep a process with the service imported, from which the others are forked."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["service.app", "service.worker", __name__])
    yield context
    forkserver._forkserver._stop()  # type: ignore[attr-defined]


def wait_until(is_so: Callable[[], bool], what: str) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < deadline, f"never happened: {what}"
        time.sleep(0.02)


def waits_for_a_row(url: str) -> bool:
    """Return whether somebody on this database waits for a lock."""
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        ).fetchone()
    return row is not None and row[0] > 0

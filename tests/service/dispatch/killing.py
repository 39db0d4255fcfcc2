"""Workers that are killed: processes forked from a warm one, so that a kill costs no start."""

import contextlib
import multiprocessing
import os
from collections.abc import Callable, Iterator
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from service import load_jobs

load_jobs()
BEGIN_SECONDS_MAX = 120


@contextlib.contextmanager
def warm(*modules: str) -> Iterator[multiprocessing.context.ForkServerContext]:
    """Keep a process with everything imported, from which workers are forked."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__, *(modules or ("tests.factories.town",))])
    try:
        yield context
    finally:
        forkserver._forkserver._stop()  # type: ignore[attr-defined]


def environment() -> dict[str, str]:
    """Return the settings of the test's database."""
    return {name: value for name, value in os.environ.items() if name.startswith("ANXIN_")}


def started(
    context: multiprocessing.context.ForkServerContext,
    target: Callable[[dict[str, str], tuple[str, ...], Connection], None],
    what: tuple[str, ...],
) -> BaseProcess:
    """Start a process and return when it begins its work."""
    begun, tell = context.Pipe(duplex=False)
    process = context.Process(target=target, args=(environment(), what, tell))
    process.start()
    assert begun.poll(BEGIN_SECONDS_MAX), "it never began"
    return process


def kill(process: BaseProcess, seconds: float) -> bool:
    """Let a worker work for a time and kill it; return whether it was still at work."""
    process.join(seconds)
    alive = process.is_alive()
    process.kill()
    process.join()
    return alive

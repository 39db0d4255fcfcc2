"""Workers that are killed: processes forked from a warm one, so that a kill costs no start."""

import contextlib
import multiprocessing
import os
import random
from collections.abc import Callable, Iterator
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from sqlalchemy import select

from service import load_jobs

load_jobs()
BEGIN_SECONDS_MAX = 120
KINDS = ("dispatch.begin", "dispatch.hand_over", "dispatch.resolve")


class Moments:
    """When to kill: at a moment drawn from a window that grows and shrinks with what is seen.

    On a busy machine everything takes longer. Where processes die before they did anything, the
    window grows; where they are done before they die, it shrinks. Nothing depends on the speed.
    """

    def __init__(self, seed: int, seconds: float = 0.3) -> None:
        self._draw, self._seconds = random.Random(seed), seconds

    def draw(self) -> float:
        """Return after how many seconds to kill the next one."""
        return self._draw.uniform(0.0, self._seconds)

    def seen(self, *, killed: bool, did: bool) -> None:
        """Learn from one: whether it was still at work, and whether it had done anything."""
        if not killed:
            self._seconds = max(0.05, self._seconds * 0.7)
        elif not did:
            self._seconds = min(20.0, self._seconds * 1.25)


def work(environment: dict[str, str], kinds: tuple[str, ...], begun: Connection) -> None:
    """Do jobs as a worker would, until none is due or somebody kills this process."""
    _begin(environment, begun)
    from service.foundation import jobs

    with open(os.devnull, "w") as nowhere, contextlib.redirect_stderr(nowhere):  # noqa: PTH123
        jobs.drain(kinds=kinds)


def _begin(environment: dict[str, str], begun: Connection) -> None:
    """Take up the test's settings, connect, and say so: no start is counted as work."""
    os.environ.update(environment)
    from service.foundation.database import transaction

    with transaction() as session:
        session.execute(select(1))
    begun.send(True)


def collect(environment: dict[str, str], codes: tuple[str, ...], begun: Connection) -> None:
    """Read what the banks laid out, until it is read or somebody kills this process."""
    _begin(environment, begun)
    from service.reconciliation import collect as collecting

    for code in codes:
        collecting.collect(code)


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

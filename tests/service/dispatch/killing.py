"""Workers that are killed: processes forked from a warm one, so that a kill costs no start."""

import contextlib
import multiprocessing
import os
from collections.abc import Iterator
from multiprocessing import forkserver
from multiprocessing.process import BaseProcess

from service import load_jobs

load_jobs()
KINDS = ("dispatch.begin", "dispatch.hand_over", "dispatch.resolve")


def work(environment: dict[str, str], kinds: tuple[str, ...]) -> None:
    """Do jobs as a worker would, until none is due or somebody kills this process."""
    os.environ.update(environment)
    from service.foundation import jobs

    with open(os.devnull, "w") as nowhere, contextlib.redirect_stderr(nowhere):  # noqa: PTH123
        jobs.drain(kinds=kinds)


def collect(environment: dict[str, str], codes: tuple[str, ...]) -> None:
    """Read what the banks laid out, until it is read or somebody kills this process."""
    os.environ.update(environment)
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


def kill(process: BaseProcess, seconds: float) -> bool:
    """Let a worker work for a time and kill it; return whether it was still at work."""
    process.join(seconds)
    alive = process.is_alive()
    process.kill()
    process.join()
    return alive

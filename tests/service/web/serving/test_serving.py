"""``anxin web``: several processes at one address, which count together and are replaced when they die."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import httpx
import psutil
import pytest

from service.foundation.engines.ports import free_port
from service.web.serving import Address, AddressUnusable, listening, usable
from tests.foundation.committed import Committed

PATIENCE_SECONDS = 90
_ANSWERED = re.compile(
    r'^anxin_request_seconds_count{method="GET",route="/programmes",status="200"} ([0-9.]+)$',
    re.MULTILINE,
)


@pytest.fixture
def served(committed: Committed) -> Iterator[tuple[str, psutil.Process]]:
    """Two processes that serve the committed database; give the address and their parent."""
    port = free_port()
    command = [sys.executable, "-c", "from service.start import main; main()", "web"]
    parent = subprocess.Popen([*command, "--port", str(port), "--processes", "2"])
    address = f"http://127.0.0.1:{port}"
    try:
        until(lambda: parent.poll() is None and _both_answer(address, psutil.Process(parent.pid)))
        yield address, psutil.Process(parent.pid)
    finally:
        if parent.poll() is None:
            parent.terminate()
        parent.wait(PATIENCE_SECONDS)


def until(is_so: Callable[[], bool]) -> None:
    """Wait until something is so; it is asked ten times a second."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < deadline, "not within a minute and a half"
        time.sleep(0.1)


def _serving(parent: psutil.Process) -> list[psutil.Process]:
    """Return the processes that have the socket; multiprocessing keeps one more for itself."""
    alive = [one for one in parent.children() if one.status() != psutil.STATUS_ZOMBIE]
    return [one for one in alive if "spawn_main" in " ".join(one.cmdline())]


def _lives(one: psutil.Process) -> bool:
    """Whether a process goes on; one that nobody buries, for its parent is gone, does not."""
    try:
        return bool(one.is_running() and one.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def _both_answer(address: str, parent: psutil.Process) -> bool:
    """Whether each process took one of a few connections that stay: the kernel gives them to either."""
    processes, kept = _serving(parent), ExitStack()
    with kept:
        try:
            for _ in range(24):
                kept.enter_context(httpx.Client()).get(f"{address}/healthz", timeout=5)
        except httpx.HTTPError:
            return False
        taken = {
            one.pid
            for one in processes
            if any(line.status == psutil.CONN_ESTABLISHED and str(line.laddr.port) in address
                   for line in one.net_connections("tcp"))
        }  # fmt: skip
    return len(taken) == 2


def _answered(address: str) -> float:
    found = _ANSWERED.search(httpx.get(f"{address}/metrics", timeout=30).text)
    return float(found[1]) if found else 0.0


def test_an_answer_never_waits_for_the_other_sides_word() -> None:
    with listening("127.0.0.1", 0) as at, socket.create_connection(at.getsockname()):
        taken, _ = at.accept()
        with taken:
            assert taken.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_an_address_is_kept_from_the_first_moment_and_handed_on() -> None:
    with Address("127.0.0.1", 0) as kept:
        made, arguments = kept.__reduce_ex__(4)
        host, port = arguments
        with made(host, port) as one, made(host, port) as other:
            assert one.getsockname() == other.getsockname() == (host, port)
        with pytest.raises(AddressUnusable, match=f"{port}: something else listens there"):
            Address(host, port)


@pytest.mark.parametrize(
    ("host", "why"),
    [("192.0.2.1", "it is no address of this machine"), ("nowhere.invalid", "it is no address")],
)
def test_an_address_that_cannot_be_had_is_a_sentence(host: str, why: str) -> None:
    with pytest.raises(AddressUnusable, match=f"{host}, port 8750: {why};"):
        usable(host, 8750)


def test_processes_count_together_and_one_that_dies_is_replaced(
    served: tuple[str, psutil.Process],
) -> None:
    address, parent = served
    for _ in range(30):  # Each on a connection of its own: either process takes it.
        assert httpx.get(f"{address}/programmes", timeout=30).status_code == 200
    until(lambda: _answered(address) == 30.0)  # What was answered is counted a moment after.
    assert [_answered(address) for _ in range(6)] == [30.0] * 6, "one process told of itself alone"
    dead = _serving(parent)[0]
    os.kill(dead.pid, signal.SIGKILL)
    until(lambda: dead.pid not in {one.pid for one in _serving(parent)})
    until(lambda: _both_answer(address, parent))
    assert _answered(address) == 30.0, "what the dead process had answered was forgotten"
    processes = _serving(parent)
    parent.send_signal(signal.SIGTERM)
    assert parent.wait(PATIENCE_SECONDS) == 0
    assert not any(one.is_running() for one in processes)


def test_processes_end_with_whoever_made_them(served: tuple[str, psutil.Process]) -> None:
    _, parent = served
    processes = _serving(parent)
    assert len(processes) == 2
    parent.kill()
    until(lambda: not any(_lives(one) for one in processes))

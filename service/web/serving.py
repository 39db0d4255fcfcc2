"""``anxin web``: the pages and the API, served by several processes at one address.

Python reckons on one processor a process. On the first day of a month everybody looks at once, so a
county's server has as many processes as it can spare processors.
"""

import errno
import os
import signal
import socket
import tempfile
from collections.abc import Callable
from multiprocessing import parent_process
from multiprocessing.connection import wait
from threading import Thread
from typing import Annotated, SupportsIndex

import typer
import uvicorn
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess

from service.foundation.gauges import count_together
from service.foundation.problems import Problem
from service.foundation.settings import settings

_WAITING_MAX = 2048
"""Connections that may wait until somebody takes them."""
_SILENT_SECONDS_MAX = 120
"""A process that says nothing for so long hangs and is replaced. After five seconds, as uvicorn has it, it
may only be slow, and a machine that has too much to do would be given all of it once more."""
_REASONS = {
    errno.EADDRINUSE: ("something else listens there", "已被其他程序占用"),
    errno.EADDRNOTAVAIL: ("it is no address of this machine", "不是本机地址"),
    errno.EACCES: ("this user may not use the port", "当前用户无权使用该端口"),
}
_APPLICATION = "service.app:create_app"


class AddressUnusable(Problem):
    """Nothing can listen there: somebody else does, or it is no address of this machine."""

    code = "address_unusable"
    status = 503
    title = "The address cannot be used"

    def __init__(self, host: str, port: int, error: OSError) -> None:
        why, why_zh = _REASONS.get(error.errno or 0, ("it is no address", "地址有误"))
        super().__init__(
            f"Nothing can listen at {host}, port {port}: {why}; choose with --host and --port.",
            f"无法在 {host} 的 {port} 端口提供服务：{why_zh}；请用 --host 和 --port 指定。",
        )


class _Serving(uvicorn.Config):
    """How a process serves: as uvicorn's do, and it ends with whoever made it.

    Where that one is killed nobody else ends them: they would keep the address, and go on answering
    with what was the newest version once.
    """

    def load(self) -> None:
        """Prepare to serve, in the process that does."""
        maker = parent_process()
        if maker is not None:
            Thread(target=_end_after, args=(maker.sentinel,), daemon=True).start()
        super().load()


def _end_after(sentinel: int) -> None:
    wait([sentinel])
    os.kill(os.getpid(), signal.SIGTERM)


class Address(socket.socket):
    """An address that is kept for the processes: each that is given it listens there by itself.

    A socket that all of them share goes to whoever asks first for its connections, and that one takes
    them all. Among sockets of their own the kernel spreads connections evenly.
    """

    _at: tuple[str, int]

    def __init__(self, host: str, port: int) -> None:
        # Whether anybody is there already: sharing would not say so.
        self._at = host, usable(host, port)
        super().__init__(_family(host), socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        self.bind(self._at)

    def __reduce_ex__(
        self, protocol: SupportsIndex
    ) -> tuple[Callable[[str, int], socket.socket], tuple[str, int]]:
        """Hand on what makes a process a socket of its own."""
        return listening, self._at


def usable(host: str, port: int) -> int:
    """Return the port, or a free one for 0, where one may listen alone; raises AddressUnusable."""
    with socket.socket(_family(host), socket.SOCK_STREAM) as alone:
        alone.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            alone.bind((host, port))
        except OSError as error:
            raise AddressUnusable(host, port, error) from None
        chosen: int = alone.getsockname()[1]
        return chosen


def listening(host: str, port: int) -> socket.socket:
    """Return a socket that shares its address and whose connections send at once what they are given.

    Without the second an answer of two parts waits with its second until the browser has confirmed
    the first, which browsers delay by 40 milliseconds: with a socket of its own asyncio sees to it,
    with one it is handed it does not. Raises OSError where the address is taken.
    """
    made = socket.socket(_family(host), socket.SOCK_STREAM, socket.IPPROTO_TCP)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    made.bind((host, port))
    made.listen(_WAITING_MAX)
    return made


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def web(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = settings().web_host,
    port: Annotated[
        int, typer.Option(min=0, max=65_535, help="Port to listen on.")
    ] = settings().web_port,
    processes: Annotated[
        int, typer.Option(min=1, max=64, help="Processes that answer.")
    ] = settings().web_processes,
) -> None:
    """Serve the pages and the API in production; workers and banks are started apart. 网页与接口服务。"""
    serve(_APPLICATION, host, port, processes)


def serve(application: str, host: str, port: int, processes: int) -> None:
    """Serve what a factory makes (``module:function``) until told to stop.

    Raises typer.Exit where a process could not start: keys that do not fit, a database that is older.
    """
    config = _Serving(
        application,
        factory=True,
        workers=processes,
        access_log=False,
        timeout_worker_healthcheck=_SILENT_SECONDS_MAX,
    )
    with (
        tempfile.TemporaryDirectory(prefix="anxin-counts-") as counts,
        Address(host, port) as at,
    ):
        count_together(counts)
        serving = Multiprocess(config, sockets=[at])
        serving.run()
    if any(one.exitcode == STARTUP_FAILURE for one in serving.processes):
        raise typer.Exit(STARTUP_FAILURE)

"""``anxin web``: the pages and the API, served by several processes that share one address.

Python reckons on one processor a process. On the first day of a month everybody looks at once, so a
county's server has as many processes as it can spare processors.
"""

import os
import socket
import tempfile
from typing import Annotated

import typer
import uvicorn
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess

from service.foundation.gauges import SHARED_COUNTS
from service.foundation.settings import settings

_WAITING_MAX = 2048
"""Connections that may wait until somebody takes them."""
_APPLICATION = "service.app:create_app"


def listening(host: str, port: int) -> socket.socket:
    """Return a socket that listens, and whose connections send at once what they are given.

    Without the second an answer of two parts waits with its second until the browser has confirmed
    the first, which browsers delay by 40 milliseconds: with a socket of its own asyncio sees to it,
    with one it is handed it does not. Raises OSError where the address is taken.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.create_server((host, port), family=family, backlog=_WAITING_MAX)
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return made


def web(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = settings().web_host,
    port: Annotated[int, typer.Option(help="Port to listen on.")] = settings().web_port,
    processes: Annotated[
        int, typer.Option(min=1, max=64, help="Processes that answer.")
    ] = settings().web_processes,
) -> None:
    """Serve the pages and the API in production; workers and banks are started apart. 网页与接口服务。"""
    config = uvicorn.Config(_APPLICATION, factory=True, workers=processes, access_log=False)
    with (
        tempfile.TemporaryDirectory(prefix="anxin-counts-") as counts,
        listening(host, port) as at,
    ):
        # Handed on to the processes: what each has counted is added up in whoever is asked.
        os.environ[SHARED_COUNTS] = counts
        serving = Multiprocess(config, sockets=[at])
        serving.run()
    # Keys that do not fit, a database that is older: said by the process, and by how the command ends.
    if any(one.exitcode == STARTUP_FAILURE for one in serving.processes):
        raise typer.Exit(STARTUP_FAILURE)

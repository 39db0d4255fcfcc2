"""Serve one witness: bounded connections, heads and bodies; its port is said on the first line."""

import json
import socket
import sys
from pathlib import Path
from typing import Any

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from service.audit.witness.app import create_app
from service.audit.witness.home import Home
from service.audit.witness.limits import Limits
from service.foundation.children import exit_with_parent

CONNECTIONS_MAX = 256
HEAD_SECONDS_MAX = 10.0
_IDLE_SECONDS = 60
_HEAD_BYTES_MAX = 16 * 1024


class Impatient(H11Protocol):
    """A connection whose request's head does not arrive is given up, the first and every later one."""

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._watch()

    def _watch(self) -> None:
        self.loop.call_later(HEAD_SECONDS_MAX, self._look)

    def _look(self) -> None:
        if self.transport.is_closing():
            return
        if self.conn.their_state is h11.IDLE and (self.cycle is None or self.conn.trailing_data[0]):
            self.transport.abort()
            return
        self._watch()


def serve(
    path: Path,
    *,
    host: str,
    port: int,
    requests_per_second: int,
    certificate: Path | None = None,
    key: Path | None = None,
) -> None:
    """Serve until told to stop; raises HomeUnusable before anything is listened to."""
    exit_with_parent()
    home = Home(path)
    for log in home.logs().values():
        home.last(log)
    home.signers()
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family, backlog=CONNECTIONS_MAX) as listening:
        # Asyncio sees to it only with sockets of its own: the second half of an answer must not wait.
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        said = json.dumps({"name": home.name, "port": listening.getsockname()[1]})
        sys.stdout.write(f"{said}\n")
        sys.stdout.flush()
        config = uvicorn.Config(
            create_app(home, Limits(requests_per_second)),
            http=Impatient,
            ws="none",
            lifespan="off",
            log_level="warning",
            access_log=False,
            server_header=False,
            limit_concurrency=CONNECTIONS_MAX,
            timeout_keep_alive=_IDLE_SECONDS,
            timeout_graceful_shutdown=5,
            h11_max_incomplete_event_size=_HEAD_BYTES_MAX,
            ssl_certfile=certificate,
            ssl_keyfile=key,
        )
        uvicorn.Server(config).run(sockets=[listening])

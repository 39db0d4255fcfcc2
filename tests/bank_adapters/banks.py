"""Run the simulated bank as a process of its own, and speak to it as the service would."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from bank_adapters import adapter_for
from bank_adapters.simulator.books import Books, referee
from bank_adapters.transport import FetchedFile, Login, SftpTransport
from service.foundation.engines.ports import free_port

PROFILES = {"iso": "iso20022", "ccb": "ccb"}
PATIENCE_SECONDS = 120.0


class RunningBank:
    """One simulator process; `kill` is SIGKILL, `start` again brings the same bank back."""

    def __init__(self, state: Path, customers: Sequence[str] = ()) -> None:
        self.state = state
        self.customers = customers
        self.clerks: list[str] = []
        self.page = False
        self.https_clients: Path | None = None
        self.process: subprocess.Popen[str] | None = None
        self.where: dict[str, Any] = {}

    def start(self) -> None:
        """Start and wait for the line that says where it listens."""
        port = str(self.where.get("port") or free_port())
        https = str(self.where.get("https", {}).get("port", 0))
        command = [sys.executable, "-m", "bank_adapters.simulator", "--state", str(self.state)]
        page = ["--page-port", "0"] if self.page else []
        if self.https_clients is not None:
            page += ["--https-clients", str(self.https_clients)]
        customers = [part for one in self.customers for part in ("--customer", one)]
        customers += [part for one in self.clerks for part in ("--clerk", one)]
        self.process = subprocess.Popen(
            [
                *command,
                *customers,
                *page,
                "--port",
                port,
                "--https-port",
                https,
                "--exit-on-stdin-eof",
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        self.where = json.loads(self.process.stdout.readline())

    def kill(self) -> None:
        """Kill without warning."""
        assert self.process is not None
        self.process.kill()
        self._bury()

    def stop(self) -> None:
        """Close its standard input and wait for it to leave by itself."""
        if self.process is None:
            return
        assert self.process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        try:
            self.process.wait(timeout=PATIENCE_SECONDS)
        finally:
            self._bury()

    def _bury(self) -> None:
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()
        self.process = None

    def login(self, user: str, **changes: Any) -> Login:
        """Return the way in for one user."""
        given = {
            "host": self.where["host"],
            "port": self.where["port"],
            "username": user,
            "host_key": self.where["host_key"],
            "password": self.where["users"][user],
            "connect_seconds": 10.0,
            "step_seconds": 10.0,
        }
        return Login(**{**given, **changes})

    def transport(self, user: str, **changes: Any) -> SftpTransport:
        """Return the line to one user's folders."""
        folders = adapter_for(PROFILES[user]).profile.folders
        return SftpTransport(self.login(user, **changes), folders)

    def arrange(self, plan: dict[str, Any]) -> None:
        """Write the plan before the bank starts."""
        self.state.mkdir(parents=True, exist_ok=True)
        (self.state / "plan.json").write_text(json.dumps(plan), encoding="utf-8")

    def command(self, name: str, content: bytes = b"", user: str = "iso") -> dict[str, Any]:
        """Put a control file there and wait until it is obeyed."""
        path = self.state / user / "control" / name
        path.with_name(name + ".tmp").write_bytes(content)
        path.with_name(name + ".tmp").rename(path)
        done, refused = path.with_name(name + ".done"), path.with_name(name + ".refused")
        wait_until(lambda: done.exists() or refused.exists())
        assert done.exists(), f"{name} was refused"
        found: dict[str, Any] = json.loads(done.read_text(encoding="utf-8"))
        done.unlink()
        return found

    def answers(self, user: str, count: int = 1, folder: str = "/outbox") -> list[FetchedFile]:
        """Wait until this many files can be fetched."""
        transport = self.transport(user)
        found: list[FetchedFile] = []

        def enough() -> bool:
            found[:] = transport.fetch_new(folder, known=lambda _: False, stable_seconds=0.2)
            return len(found) >= count

        wait_until(enough)
        return found

    def referee(self) -> dict[str, Any]:
        """Return what was really paid."""
        return referee(self.state)

    def movements(self, user: str) -> list[dict[str, Any]]:
        """Return every movement that stands on a customer's statements, in their order."""
        books = Books(self.state)
        try:
            rows = books.rows(
                "SELECT * FROM movement WHERE bank = ? ORDER BY account_no, statement_no, place",
                user,
            )
            return [dict(row) for row in rows]
        finally:
            books.close()


def wait_until(condition: Callable[[], bool]) -> None:
    """Wait for a condition, and fail when it does not come."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)

"""Where a worker dies: named steps at which a process of the tests ends itself with kill -9.

The product knows nothing of this. A worker of the tests listens to its own database engine and
looks over the shoulder of its own line to the bank, and at the chosen step kills itself as the
kernel would: no ``finally``, no rollback, no goodbye to the bank.
"""

import os
import signal
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from bank_adapters.transport import Delivery, deliver, sftp
from bank_adapters.transport.session import Session as Line

SENDING = (
    "after the intent was committed",
    "in the middle of writing",
    "before the rename",
    "after the rename",
    "before recording what came of it",
    "while posting what was sent",
    "while looking for a file",
    "at a statement",
    "at a commit",
    "after a commit",
)
COLLECTING = (
    "while reading a reply",
    "while posting a reply",
    "at a statement",
    "at a commit",
    "after a commit",
    "before a reply is removed",
)
CLOSING = ("while closing a day", "at a commit")

_CHUNK_BYTES = 512
"""Files of a test are small; in a few pieces each there is a middle to be killed in."""


@dataclass
class _Fuse:
    """Burns down a little at each passing of its point."""

    point: str
    passes: int

    def passed(self, point: str) -> None:
        """Kill this process when its point was passed often enough."""
        if point != self.point:
            return
        self.passes -= 1
        if self.passes <= 0:
            os.kill(os.getpid(), signal.SIGKILL)


def arm(point: str, passes: int) -> None:
    """Let this process die when it passes a point for the n-th time; "" lets it live."""
    if point:
        fuse = _Fuse(point, passes)
        _listen_to_the_database(fuse)
        _listen_to_the_line(fuse)


def _listen_to_the_database(fuse: _Fuse) -> None:
    @event.listens_for(Engine, "before_cursor_execute")
    def _statement(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        fuse.passed("at a statement")
        if "INSERT INTO ledger_postings" in statement:
            fuse.passed("while posting what was sent")
            fuse.passed("while posting a reply")
        if "INSERT INTO bank_days" in statement:
            fuse.passed("while closing a day")

    @event.listens_for(Session, "before_commit")
    def _commit(_session: Session) -> None:
        fuse.passed("at a commit")

    @event.listens_for(Session, "after_commit")
    def _committed(_session: Session) -> None:
        fuse.passed("after a commit")


def _listen_to_the_line(fuse: _Fuse) -> None:
    ask, delivered = Line.ask, sftp.SftpTransport.deliver

    async def asked(line: Line, step: str, question: Awaitable[Any]) -> Any:
        if step == "check_name":
            fuse.passed("after the intent was committed")
        if step == "rename":
            fuse.passed("before the rename")
        if step == "remove":
            fuse.passed("before a reply is removed")
        answer = await ask(line, step, question)
        if step == "write":
            fuse.passed("in the middle of writing")
        if step == "rename":
            fuse.passed("after the rename")
        if step == "look":
            fuse.passed("while looking for a file")
        if step == "read":
            fuse.passed("while reading a reply")
        return answer

    def done(way: sftp.SftpTransport, name: str, content: bytes) -> Delivery:
        outcome = delivered(way, name, content)
        fuse.passed("before recording what came of it")
        return outcome

    deliver.CHUNK = _CHUNK_BYTES
    Line.ask = asked  # type: ignore[method-assign,assignment]
    sftp.SftpTransport.deliver = done  # type: ignore[method-assign,assignment]

"""The line to a bank on the same machine: the real transport over folders, with a world in between.

Everything above the protocol is the service's own code (`deliver`, `look`, `fetch_new`, `remove`);
only opening a file, writing, renaming and listing are done on folders instead of over SSH. Before and
after each step the world may break the line, let somebody else act, or end the process.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, TypeVar
from unittest import mock

from bank_adapters.transport import deliver, fetch, sftp
from bank_adapters.transport.session import Login, Refusal, Session

Answer = TypeVar("Answer")
Moment = Callable[[str, str], None]
"""Called with user and step before and after each step; may raise Silence, or end the process."""
Hidden = Callable[[str, str], bool]
"""Says of user and file name whether the bank does not show this file yet."""


class _File:
    def __init__(self, path: Path, mode: str) -> None:
        self._file: Any = path.open(mode)

    async def write(self, data: bytes) -> None:
        self._file.write(data)
        self._file.flush()

    async def read(self, size: int) -> bytes:
        return bytes(self._file.read(size))

    async def close(self) -> None:
        self._file.close()


class _Folders:
    """What `asyncssh.SFTPClient` offers, of one user's folders."""

    def __init__(self, root: Path, user: str, hidden: Hidden) -> None:
        self._root, self._user, self._hidden = root, user, hidden

    def _path(self, path: str) -> Path:
        return self._root / path.lstrip("/")

    async def stat(self, path: str) -> Any:
        return SimpleNamespace(size=self._path(path).stat().st_size)

    async def open(self, path: str, mode: str) -> _File:
        return _File(self._path(path), mode)

    async def rename(self, old: str, new: str) -> None:
        if self._path(new).exists():
            raise FileExistsError(new)
        self._path(old).rename(self._path(new))

    async def remove(self, path: str) -> None:
        self._path(path).unlink()

    async def listdir(self, folder: str) -> list[str]:
        return sorted(os.listdir(self._path(folder)))  # noqa: PTH208 - names, as SFTP says them

    async def readdir(self, folder: str) -> list[Any]:
        return [
            SimpleNamespace(
                filename=name,
                attrs=SimpleNamespace(
                    type=fetch.REGULAR, size=(self._path(folder) / name).stat().st_size, mtime=0
                ),
            )
            for name in await self.listdir(folder)
            if not self._hidden(self._user, name)
        ]


class _Line(Session):
    def __init__(self, folders: _Folders, user: str, moment: Moment) -> None:
        super().__init__(folders, 1.0)  # type: ignore[arg-type]
        self._user, self._moment = user, moment

    async def ask(self, step: str, question: Awaitable[Answer]) -> Answer:
        asked: Any = question
        try:
            self._moment(self._user, f"before {step}")
        except BaseException:
            asked.close()
            raise
        try:
            answer = await question
        except OSError as error:
            raise Refusal(step, missing=isinstance(error, FileNotFoundError)) from None
        self._moment(self._user, f"after {step}")
        return answer


@contextmanager
def lines(state: Path, moment: Moment, hidden: Hidden) -> Iterator[None]:
    """Let every SFTP line of this process lead to the folders of a bank's state."""

    @asynccontextmanager
    async def session(login: Login) -> AsyncIterator[_Line]:
        user = login.username
        yield _Line(_Folders(state / user, user, hidden), user, moment)

    async def no_time(_seconds: float) -> None:
        return None

    with ExitStack() as stack:
        stack.enter_context(mock.patch.object(deliver, "session", session))
        stack.enter_context(mock.patch.object(fetch, "session", session))
        stack.enter_context(mock.patch.object(asyncio, "sleep", no_time))
        stack.enter_context(mock.patch.object(sftp, "finish", _at_once))
        yield


def _at_once(work: Coroutine[Any, Any, Answer]) -> Answer:
    """Run a conversation that waits for nobody, in this thread, so that its order is ours."""
    try:
        work.send(None)
    except StopIteration as done:
        found: Answer = done.value
        return found
    raise AssertionError("something waited for a real line")

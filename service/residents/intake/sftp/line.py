"""One connection to a department's server, for code that knows nothing of event loops.

The loop runs in a thread of its own, so that the line stays alive while a file is being imported.
"""

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import asyncssh

from service.residents.intake.sftp.problems import (
    SftpHostKeyChanged,
    SftpLoginRefused,
    SftpUnreachable,
)
from service.residents.intake.terms import SftpTerms

CONNECT_SECONDS = 15.0
STEP_SECONDS = 60.0
_GOODBYE_SECONDS = 5.0
_KEY_BEGINS = "-----BEGIN"
_BROKEN = (asyncssh.SFTPConnectionLost, asyncssh.SFTPNoConnection)
Answer = TypeVar("Answer")


class Refused(Exception):
    """The server answered with an error; the line is still there."""


class Line:
    """An open file channel; names are bytes, because nobody promises they are UTF-8."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self.sftp: asyncssh.SFTPClient

    def ask(self, question: Coroutine[Any, Any, Answer], seconds: float = STEP_SECONDS) -> Answer:
        """Return the answer; raises :class:`Refused` or SftpUnreachable."""

        async def within() -> Answer:
            async with asyncio.timeout(seconds):
                return await question

        try:
            return asyncio.run_coroutine_threadsafe(within(), self._loop).result()
        except _BROKEN:
            raise SftpUnreachable from None
        except asyncssh.SFTPError:
            raise Refused from None
        except (TimeoutError, asyncssh.Error, OSError):
            raise SftpUnreachable from None


@contextmanager
def line(terms: SftpTerms, secret: str) -> Iterator[Line]:
    """Yield an open line; raises SftpUnreachable, SftpHostKeyChanged, SftpLoginRefused."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="sftp-intake", daemon=True)
    thread.start()
    try:
        opened = Line(loop)
        connection = _run(loop, _connect(terms, secret))
        try:
            opened.sftp = _run(loop, _open_channel(connection))
            yield opened
        finally:
            _run(loop, _hang_up(connection))
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def _run(loop: asyncio.AbstractEventLoop, work: Coroutine[Any, Any, Answer]) -> Answer:
    return asyncio.run_coroutine_threadsafe(work, loop).result()


async def _connect(terms: SftpTerms, secret: str) -> asyncssh.SSHClientConnection:
    is_key = secret.lstrip().startswith(_KEY_BEGINS)
    try:
        keys = [asyncssh.import_private_key(secret)] if is_key else None
        pinned = asyncssh.import_public_key(terms.host_key)
    except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError):
        raise SftpLoginRefused from None
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            return await asyncssh.connect(
                terms.host,
                terms.port,
                username=terms.user,
                password=None if is_key else secret,
                client_keys=keys,
                known_hosts=([pinned], [], []),
                # Nothing of the machine we run on may change whom we talk to, or as whom.
                config=None,
                agent_path=None,
                keepalive_interval=CONNECT_SECONDS,
            )
    except asyncssh.HostKeyNotVerifiable:
        raise SftpHostKeyChanged from None
    except asyncssh.PermissionDenied:
        raise SftpLoginRefused from None
    except (asyncssh.Error, OSError, TimeoutError):
        raise SftpUnreachable from None


async def _open_channel(connection: asyncssh.SSHClientConnection) -> asyncssh.SFTPClient:
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            return await connection.start_sftp_client(path_encoding=None)
    except (asyncssh.Error, OSError, TimeoutError):
        raise SftpUnreachable from None


async def _hang_up(connection: asyncssh.SSHClientConnection) -> None:
    connection.close()
    try:
        async with asyncio.timeout(_GOODBYE_SECONDS):
            await connection.wait_closed()
    except (asyncssh.Error, OSError, TimeoutError):
        connection.abort()

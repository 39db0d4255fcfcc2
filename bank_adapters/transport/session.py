"""Open one SFTP session with a pinned host key, and tell a server's refusal from silence."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TypeVar

import asyncssh

from bank_adapters.transport.outcome import BankUnreachable

Answer = TypeVar("Answer")
LOST = (asyncssh.SFTPConnectionLost, asyncssh.SFTPNoConnection)
GOODBYE_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Login:
    """Whom we call and how we know it is them.

    `host_key` is the server's public key in OpenSSH form ("ssh-ed25519 AAAA…"); any other key is
    refused. Give `password` or `private_key` (OpenSSH PEM text).
    """

    host: str
    port: int
    username: str
    host_key: str
    password: str | None = field(default=None, repr=False)
    private_key: str | None = field(default=None, repr=False)
    connect_seconds: float = 15.0
    step_seconds: float = 60.0


class Silence(Exception):
    """No answer came: the connection broke or the time was up. Nothing follows from it."""

    def __init__(self, step: str, code: str) -> None:
        self.step = step
        self.code = code
        super().__init__(f"{step}: {code}")


class Refusal(Exception):
    """The server answered with an error; the connection is still there."""

    def __init__(self, step: str, *, missing: bool) -> None:
        self.step = step
        self.missing = missing
        super().__init__(step)


class Session:
    """An open file channel whose every step has a time limit."""

    def __init__(self, sftp: asyncssh.SFTPClient, step_seconds: float) -> None:
        self.sftp = sftp
        self.step_seconds = step_seconds

    async def ask(self, step: str, question: Awaitable[Answer]) -> Answer:
        """Await one answer. Raises Refusal or Silence."""
        try:
            async with asyncio.timeout(self.step_seconds):
                return await question
        except LOST:
            raise Silence(step, "connection_lost") from None
        except asyncssh.SFTPError as error:
            missing = isinstance(error, asyncssh.SFTPNoSuchFile)
            raise Refusal(step, missing=missing) from None
        except TimeoutError:
            raise Silence(step, "timed_out") from None
        except (asyncssh.Error, OSError):
            raise Silence(step, "connection_lost") from None

    async def size(self, step: str, path: str) -> int | None:
        """Return a file's size, None when there is no such file. Raises Refusal or Silence."""
        try:
            attributes = await self.ask(step, self.sftp.stat(path))
        except Refusal as refusal:
            if refusal.missing:
                return None
            raise
        return -1 if attributes.size is None else attributes.size


@asynccontextmanager
async def session(login: Login) -> AsyncIterator[Session]:
    """Yield an open session. Raises BankUnreachable before anything could have been sent."""
    connection = await _connect(login)
    try:
        try:
            async with asyncio.timeout(login.connect_seconds):
                sftp = await connection.start_sftp_client()
        except (asyncssh.Error, OSError, TimeoutError):
            raise BankUnreachable("sftp_refused", "open_channel") from None
        yield Session(sftp, login.step_seconds)
    finally:
        await _hang_up(connection)


async def _connect(login: Login) -> asyncssh.SSHClientConnection:
    try:
        keys = [asyncssh.import_private_key(login.private_key)] if login.private_key else None
        pinned = asyncssh.import_public_key(login.host_key)
    except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError):
        raise BankUnreachable("key_malformed", "connect") from None
    try:
        async with asyncio.timeout(login.connect_seconds):
            return await asyncssh.connect(
                login.host,
                login.port,
                username=login.username,
                password=login.password,
                client_keys=keys,
                known_hosts=([pinned], [], []),
                # Nothing from the machine we happen to run on may change whom we talk to.
                config=None,
                agent_path=None,
                keepalive_interval=login.connect_seconds,
            )
    except asyncssh.HostKeyNotVerifiable:
        raise BankUnreachable("host_key_changed", "connect") from None
    except asyncssh.PermissionDenied:
        raise BankUnreachable("login_refused", "connect") from None
    except (asyncssh.Error, OSError, TimeoutError):
        raise BankUnreachable("unreachable", "connect") from None


async def _hang_up(connection: asyncssh.SSHClientConnection) -> None:
    connection.close()
    try:
        async with asyncio.timeout(GOODBYE_SECONDS):
            await connection.wait_closed()
    except (asyncssh.Error, OSError, TimeoutError):
        connection.abort()

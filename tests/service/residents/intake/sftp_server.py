"""A department's SFTP server: real, on 127.0.0.1, in a thread of its own."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import asyncssh

USER, PASSWORD = "anxin", "correct horse"


@dataclass
class Department:
    """One server, what it was asked, and what it refuses."""

    root: Path
    port: int = 0
    host_key: asyncssh.SSHKey = field(
        default_factory=lambda: asyncssh.generate_private_key("ssh-ed25519")
    )
    user_key: asyncssh.SSHKey = field(
        default_factory=lambda: asyncssh.generate_private_key("ssh-ed25519")
    )
    logins: list[str] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)
    denied: set[str] = field(default_factory=set)
    broken: set[str] = field(default_factory=set)

    @property
    def public_host_key(self) -> str:
        return self.host_key.export_public_key().decode().strip()

    def terms(self, **more: object) -> dict[str, object]:
        return {
            "host": "127.0.0.1", "port": self.port, "user": USER, "path": "/out",
            "host_key": self.public_host_key, **more,
        }  # fmt: skip


class _Door(asyncssh.SSHServer):
    def __init__(self, department: Department) -> None:
        self.department = department

    def begin_auth(self, username: str) -> bool:
        self.department.logins.append(username)
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == (USER, PASSWORD)

    def public_key_auth_supported(self) -> bool:
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        return username == USER and key.public_data == self.department.user_key.public_data


class _Folders(asyncssh.SFTPServer):
    def __init__(self, chan: asyncssh.SSHServerChannel[bytes], department: Department) -> None:
        self.department = department
        super().__init__(chan, chroot=str(department.root).encode())

    def open(self, path: bytes, pflags: int, attrs: asyncssh.SFTPAttrs) -> object:
        name = path.rpartition(b"/")[2].decode("utf-8", "surrogateescape")
        self.department.opened.append(name)
        if name in self.department.denied:
            raise asyncssh.SFTPPermissionDenied("no")
        return super().open(path, pflags, attrs)

    def read(self, file_obj: object, offset: int, size: int) -> asyncssh.misc.MaybeAwait[bytes]:
        if self.department.broken and offset > 0:
            self.connection.abort()
            raise asyncssh.SFTPConnectionLost("arranged")
        return super().read(file_obj, offset, min(size, 64) if self.department.broken else size)


@contextmanager
def serving(root: Path) -> Iterator[Department]:
    """Serve a folder until the block ends."""
    department = Department(root)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def listen() -> asyncssh.SSHAcceptor:
        return await asyncssh.create_server(
            lambda: _Door(department),
            "127.0.0.1",
            0,
            server_host_keys=[department.host_key],
            sftp_factory=lambda chan: _Folders(chan, department),
            allow_scp=False,
        )

    acceptor = asyncio.run_coroutine_threadsafe(listen(), loop).result(10)
    department.port = acceptor.get_port()

    async def leave() -> None:
        acceptor.close()
        await acceptor.wait_closed()

    try:
        yield department
    finally:
        asyncio.run_coroutine_threadsafe(leave(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()

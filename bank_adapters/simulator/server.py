"""The SFTP side: two users, each shut into their own folders, and the arranged line faults."""

from __future__ import annotations

import asyncio
import hmac
import os
from pathlib import Path
from typing import NoReturn

import asyncssh

from bank_adapters.simulator.bank import Bank

HANG_SECONDS = 3600.0


class Doorkeeper(asyncssh.SSHServer):
    """Let in who knows the password of their channel, unless the account is to be locked."""

    def __init__(self, passwords: dict[str, str], bank: Bank) -> None:
        self.passwords = passwords
        self.bank = bank

    def begin_auth(self, username: str) -> bool:  # noqa: ARG002 - nobody enters without
        """Everyone must show a password."""
        return True

    def password_auth_supported(self) -> bool:
        """Passwords are the only way in."""
        return True

    def validate_password(self, username: str, password: str) -> bool:
        """Compare without telling by time how much was right."""
        expected = self.passwords.get(username, "")
        if self.bank.books.take_fault("account_locked", username):
            return False
        return bool(expected) and hmac.compare_digest(expected.encode(), password.encode())


class BankFolders(asyncssh.SFTPServer):
    """One user's folders, with a plan that may break things at the worst moment."""

    def __init__(self, chan: asyncssh.SSHServerChannel[bytes], bank: Bank) -> None:
        self.bank = bank
        self.user = str(chan.get_extra_info("username"))
        self.root = bank.state / self.user
        super().__init__(chan, chroot=str(self.root).encode())

    def write(self, file_obj: object, offset: int, data: bytes) -> asyncssh.misc.MaybeAwait[int]:
        """Write, unless the line is to drop or the disk to be full."""
        if "/inbox/" in _name_of(file_obj):
            if self._arranged("disk_full"):
                raise asyncssh.SFTPFailure("No space left on device")
            if self._arranged("drop_mid_write"):
                super().write(file_obj, offset, data[: len(data) // 2])
                self._drop()
        return super().write(file_obj, offset, data)

    def stat(self, path: bytes) -> asyncssh.misc.MaybeAwait[os.stat_result | asyncssh.SFTPAttrs]:
        """Tell a file's size, unless this server is to know no such question."""
        if self._arranged("no_stat"):
            raise asyncssh.SFTPOpUnsupported("stat")
        return super().stat(path)

    async def rename(self, oldpath: bytes, newpath: bytes) -> None:
        """Give a file its final name; this is where a bank takes a file over."""
        target = Path(self.map_path(newpath).decode())
        into_inbox = target.parent == self.root / "inbox"
        if into_inbox and self._arranged("rename_denied"):
            raise asyncssh.SFTPPermissionDenied("rename")
        done = super().rename(oldpath, newpath)
        if done is not None:
            await done
        if not into_inbox:
            return
        if self._arranged("silent_discard"):
            target.write_bytes(b"")
        if self._arranged("stored_truncated"):
            content = target.read_bytes()
            target.write_bytes(content[: len(content) * 2 // 3])
        if self._arranged("stored_twice"):
            target.write_bytes(target.read_bytes() * 2)
        if self._arranged("consumed_at_once"):
            self.bank.process(self.user, target)
        if self._arranged("hang_on_rename"):
            await asyncio.sleep(HANG_SECONDS)
        if self._arranged("drop_after_rename"):
            self._drop()

    def posix_rename(self, oldpath: bytes, newpath: bytes) -> None:  # noqa: ARG002
        """Refuse the renaming that overwrites."""
        raise asyncssh.SFTPOpUnsupported("posix-rename")

    def _arranged(self, kind: str) -> bool:
        return self.bank.books.take_fault(kind, self.user)

    def _drop(self) -> NoReturn:
        self.connection.abort()
        raise asyncssh.SFTPConnectionLost("arranged")


def _name_of(file_obj: object) -> str:
    name = getattr(file_obj, "name", "")
    return name.decode() if isinstance(name, bytes) else str(name)


class Door:
    """The SFTP server; `look` shows the other host key where that was arranged."""

    def __init__(self, bank: Bank, host_key: asyncssh.SSHKey, passwords: dict[str, str]) -> None:
        self.bank, self.host_key, self.passwords = bank, host_key, passwords
        self.other_key: asyncssh.SSHKey | None = None
        self.acceptor: asyncssh.SSHAcceptor | None = None

    async def open(self, port: int) -> int:
        """Start serving on 127.0.0.1; return the port."""
        self.acceptor = await asyncssh.create_server(
            self._visitor,
            "127.0.0.1",
            port,
            server_host_keys=[self.host_key],
            sftp_factory=lambda chan: BankFolders(chan, self.bank),
            allow_scp=False,
        )
        return int(self.acceptor.get_port())

    def look(self) -> None:
        """Show the key that is to be shown to whoever comes next."""
        if self.acceptor is None or self.bank.books.has_fault("host_key_changed") is (
            self.other_key is not None
        ):
            return
        if self.other_key is None:
            self.other_key = asyncssh.generate_private_key("ssh-ed25519")
            self.acceptor.update(server_host_keys=[self.other_key])
        else:
            self.other_key = None
            self.acceptor.update(server_host_keys=[self.host_key])

    def close(self) -> None:
        """Stop listening."""
        if self.acceptor is not None:
            self.acceptor.close()

    def _visitor(self) -> Doorkeeper:
        # Whoever comes while the other key hangs out has seen it, before telling a name.
        if self.other_key is not None:
            self.bank.books.take_fault("host_key_changed")
            self.look()
        return Doorkeeper(self.passwords, self.bank)

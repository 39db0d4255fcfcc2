"""A folder for a bank whose clerk uploads files by hand: laid out whole, once, and never overwritten.

That a file lies here proves nothing about the bank: handing over ends as unknown, and what the
clerk did is said by two officers, or by the bank's answer.
"""

from __future__ import annotations

import hashlib
import os
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bank_adapters.contract import RemoteFolders
from bank_adapters.transport.deliver import PART
from bank_adapters.transport.fetch import MARKER, UNFINISHED, FetchedFile, RemoteFile
from bank_adapters.transport.outcome import (
    BankUnreachable,
    Delivery,
    Outcome,
    Place,
    Sighting,
    ended,
)

CLERKS = RemoteFolders(
    inbox="/outgoing", archive="/carried", outbox="/incoming", statements="/statements"
)
"""What the folders are called where a clerk works with them."""
WITH_CLERK = "with_clerk"


class FolderTransport:
    """Lays files into one folder and reads what people lay into the others.

    Nothing is followed: neither folder nor file may be a symbolic link, a file must belong to us or
    to the folder's owner and have one name only, and a folder that everybody may write to is none.
    `deliver` says what happened instead of raising; the others raise BankUnreachable.
    """

    def __init__(self, base: Path, folders: RemoteFolders = CLERKS) -> None:
        self.base = base
        self.folders = folders

    def deliver(self, name: str, content: bytes) -> Delivery:
        """Lay one file out for the clerk: whole under its name, or not at all."""
        if not _plain(name):
            return ended(Outcome.NOT_DELIVERED, "open", "open_refused")
        try:
            with self._open(self.folders.archive) as carried:
                taken = _named(carried, name)
            with self._open(self.folders.inbox) as here:
                if taken or _named(here, name):
                    return ended(Outcome.UNKNOWN, "check_name", "name_taken")
                return _lay_out(here, name, content)
        except BankUnreachable as nowhere:
            return ended(Outcome.NOT_DELIVERED, nowhere.step, nowhere.code)

    def look(self, name: str, size: int, sha256: str = "") -> Sighting:
        """Return where a file lies; only the bank's answer to it proves that the bank has it.

        What is not whole, or with ``sha256`` not these bytes, is told as a part of it.
        """
        stem = name.rpartition(".")[0] or name
        if any(one.name.startswith(f"{stem}.") for one in self._listed(self.folders.outbox)):
            return Sighting(Place.ACK, None, Outcome.DELIVERED)
        for place, folder in (
            (Place.INBOX, self.folders.inbox),
            (Place.ARCHIVE, self.folders.archive),
        ):
            with self._open(folder) as here:
                found = _size(here, name)
                if found is not None:
                    whole = found == size and _same_bytes(here, name, size, sha256)
                    return Sighting(place if whole else Place.PART, found, Outcome.UNKNOWN)
        with self._open(self.folders.inbox) as here:
            part = _size(here, _part(name))
        return Sighting(Place.NOWHERE if part is None else Place.PART, part, Outcome.UNKNOWN)

    def withdraw(self, name: str, size: int) -> Sighting:
        """Take a file out of the clerk's way, unfinished or whole, unless it was answered.

        That it lay here says nothing about copies of it: the outcome is never "not delivered".
        """
        seen = self.look(name, size)
        if seen.outcome is Outcome.DELIVERED:
            return seen
        with self._open(self.folders.inbox) as here:
            _remove(here, _part(name), name)
        return Sighting(Place.NOWHERE, None, Outcome.UNKNOWN)

    def put_away(self, name: str) -> bool:
        """Move a file that was carried beside the others; return whether it lay here."""
        with self._open(self.folders.inbox) as here, self._open(self.folders.archive) as carried:
            try:
                os.link(name, name, src_dir_fd=here, dst_dir_fd=carried, follow_symlinks=False)
            except FileNotFoundError:
                return False
            except FileExistsError:
                pass
            except OSError:
                raise BankUnreachable("write_refused", "put_away") from None
            _settle(carried)
            _remove(here, _part(name), name)
        return True

    def fetch_new(
        self,
        folder: str,
        *,
        known: Callable[[RemoteFile], bool],
        stable_seconds: float = 2.0,
        max_bytes: int = 128 * 1024 * 1024,
    ) -> list[FetchedFile]:
        """Read finished files that people laid here and that are not `known`; deletes nothing."""
        first = self._listed(folder)
        marked = {one.name.removesuffix(MARKER) for one in first if one.name.endswith(MARKER)}
        wanted = [one for one in first if not one.name.endswith(UNFINISHED) and not known(one)]
        if any(one.name not in marked for one in wanted):
            time.sleep(stable_seconds)
        second = set(self._listed(folder))
        with self._open(folder) as here:
            read = [_read(here, one, max_bytes) for one in wanted if one in second]
        return [one for one in read if one is not None]

    def remove(self, file: RemoteFile) -> bool:
        """Delete a fetched file (and its marker) if it is still the one read."""
        if file not in self._listed(file.folder):
            return False
        with self._open(file.folder) as here:
            _remove(here, file.name + MARKER, file.name)
        return True

    @contextmanager
    def _open(self, folder: str) -> Iterator[int]:
        """Open one of the folders by itself, so that nothing can be put in its place meanwhile."""
        flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
        try:
            handle = os.open(self.base / folder.strip("/"), flags)
        except OSError:
            raise BankUnreachable("folder_missing", "open_folder") from None
        try:
            if os.fstat(handle).st_mode & stat.S_IWOTH:
                raise BankUnreachable("folder_open_to_all", "open_folder")
            yield handle
        finally:
            os.close(handle)

    def _listed(self, folder: str) -> list[RemoteFile]:
        with self._open(folder) as here:
            with os.scandir(here) as entries:
                names = sorted(one.name for one in entries if _plain(one.name))
            found = ((name, _told(here, name)) for name in names)
            return [
                RemoteFile(folder, name, told.st_size, int(told.st_mtime))
                for name, told in found
                if told is not None
            ]


def _lay_out(here: int, name: str, content: bytes) -> Delivery:
    part = _part(name)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    try:
        handle = os.open(part, flags, 0o640, dir_fd=here)
    except FileExistsError:
        # Left by an attempt that was killed, or another one's at this moment: look first.
        return ended(Outcome.UNKNOWN, "open", "part_exists")
    except OSError:
        return ended(Outcome.NOT_DELIVERED, "open", "open_refused")
    try:
        with os.fdopen(handle, "wb") as target:
            target.write(content)
            target.flush()
            os.fsync(target.fileno())
        # A link fails on a name that is taken, where a rename would overwrite it.
        os.link(part, name, src_dir_fd=here, dst_dir_fd=here, follow_symlinks=False)
    except FileExistsError:
        with suppress(OSError):
            os.unlink(part, dir_fd=here)
        return ended(Outcome.UNKNOWN, "rename", "name_taken")
    except OSError:
        with suppress(OSError):
            os.unlink(part, dir_fd=here)
        # The link may have been made before its failure was told.
        outcome = Outcome.UNKNOWN if _named(here, name) else Outcome.NOT_DELIVERED
        return ended(outcome, "write", "write_refused")
    with suppress(OSError):
        os.unlink(part, dir_fd=here)
    _settle(here)
    return ended(Outcome.UNKNOWN, "laid_out", WITH_CLERK)


def _read(here: int, one: RemoteFile, max_bytes: int) -> FetchedFile | None:
    """Return the file if it is the one that was listed, before and after it was read."""
    # Not waiting at a pipe that took the name meanwhile.
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
    try:
        with os.fdopen(os.open(one.name, flags, dir_fd=here), "rb") as source:
            content = source.read(max_bytes + 1)
            told = os.fstat(source.fileno())
    except OSError:
        return None
    same = (told.st_size, int(told.st_mtime)) == (one.size, one.modified_at)
    if not same or not _ours(here, told) or len(content) != min(one.size, max_bytes + 1):
        return None
    return FetchedFile(one, content, hashlib.sha256(content).hexdigest())


def _told(here: int, name: str) -> os.stat_result | None:
    """Return what is told of a file that may be read; None of anything else."""
    try:
        told = os.stat(name, dir_fd=here, follow_symlinks=False)
    except OSError:
        return None
    return told if _ours(here, told) else None


def _ours(here: int, told: os.stat_result) -> bool:
    owners = {os.geteuid(), os.fstat(here).st_uid}
    return stat.S_ISREG(told.st_mode) and told.st_nlink == 1 and told.st_uid in owners


def _same_bytes(here: int, name: str, size: int, sha256: str) -> bool:
    if not sha256:
        return True
    try:
        handle = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=here)
        with os.fdopen(handle, "rb") as source:
            return hashlib.sha256(source.read(size + 1)).hexdigest() == sha256
    except OSError:
        return False


def _size(here: int, name: str) -> int | None:
    try:
        return os.stat(name, dir_fd=here, follow_symlinks=False).st_size
    except FileNotFoundError:
        return None
    except OSError:
        raise BankUnreachable("stat_refused", "look") from None


def _named(here: int, name: str) -> bool:
    return _size(here, name) is not None


def _remove(here: int, *names: str) -> None:
    for name in names:
        try:
            os.unlink(name, dir_fd=here)
        except FileNotFoundError:
            continue
        except OSError:
            raise BankUnreachable("write_refused", "remove") from None
    _settle(here)


def _settle(here: int) -> None:
    """Make the folder's names outlive a loss of power, where its file system can."""
    with suppress(OSError):
        os.fsync(here)


def _plain(name: str) -> bool:
    return bool(name) and not name.startswith(".") and not set("/\\\0\r\n") & set(name)


def _part(name: str) -> str:
    return f".{name}{PART}"

"""Read what the bank laid out for us, once it is finished; delete only when told to.

A file is finished when its `.ok` marker lies beside it, or when size and time stay the same over
two listings. A file that grows while being read is left for the next round.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field

from bank_adapters.transport.outcome import BankUnreachable
from bank_adapters.transport.session import Login, Refusal, Session, Silence, session

MARKER = ".ok"
UNFINISHED = (MARKER, ".part", ".tmp", ".filepart")
CHUNK = 256 * 1024
REGULAR = 1  # File type of SFTP attributes; 5 is "not known", as old servers say.
UNSAID = 5


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A finished file waiting for us; name, size and time together tell a repeated name apart."""

    folder: str
    name: str
    size: int
    modified_at: int

    @property
    def path(self) -> str:
        """Where it lies on the server."""
        return f"{self.folder}/{self.name}"


@dataclass(frozen=True, slots=True)
class FetchedFile:
    """A file as read; it still lies at the bank until `remove` is called.

    Content longer than the limit is cut one byte after it, which every reader refuses.
    """

    remote: RemoteFile
    content: bytes = field(repr=False)
    sha256: str


async def fetch_new(
    login: Login,
    folder: str,
    known: Callable[[RemoteFile], bool],
    stable_seconds: float,
    max_bytes: int,
) -> list[FetchedFile]:
    """Return finished files that are not known, by name. Raises BankUnreachable."""
    try:
        async with session(login) as here:
            finished = await _finished(here, folder, known, stable_seconds)
            read = [await _read(here, file, max_bytes) for file in finished]
    except (Silence, Refusal) as nothing:
        code = nothing.code if isinstance(nothing, Silence) else "open_refused"
        raise BankUnreachable(code, nothing.step) from None
    return [file for file in read if file is not None]


async def remove(login: Login, file: RemoteFile) -> bool:
    """Delete the file and its marker if it is still the one read. Raises BankUnreachable."""
    try:
        async with session(login) as here:
            listed = {one.name: one for one in await _listed(here, file.folder)}
            if listed.get(file.name) != file:
                return False
            # The marker goes first: left behind without its file, it would call the next file of
            # this name finished while the bank still writes it.
            if file.name + MARKER in listed:
                await here.ask("remove", here.sftp.remove(file.path + MARKER))
            await here.ask("remove", here.sftp.remove(file.path))
            return True
    except (Silence, Refusal) as nothing:
        code = nothing.code if isinstance(nothing, Silence) else "open_refused"
        raise BankUnreachable(code, nothing.step) from None


async def _finished(
    here: Session, folder: str, known: Callable[[RemoteFile], bool], stable_seconds: float
) -> list[RemoteFile]:
    first = await _listed(here, folder)
    marked = {one.name.removesuffix(MARKER) for one in first if one.name.endswith(MARKER)}
    wanted = [one for one in first if not one.name.endswith(UNFINISHED) and not known(one)]
    if all(one.name in marked for one in wanted):
        return wanted
    await asyncio.sleep(stable_seconds)
    second = set(await _listed(here, folder))
    return [one for one in wanted if one.name in marked or one in second]


async def _listed(here: Session, folder: str) -> list[RemoteFile]:
    entries = await here.ask("list", here.sftp.readdir(folder))
    files = []
    for entry in entries:
        name, attributes = str(entry.filename), entry.attrs
        plain = not name.startswith(".") and not set("/\\\0\r\n") & set(name)
        if plain and attributes.type in {REGULAR, UNSAID} and attributes.size is not None:
            modified = int(attributes.mtime or 0)
            files.append(RemoteFile(folder, name, attributes.size, modified))
    return sorted(files, key=lambda one: one.name)


async def _read(here: Session, file: RemoteFile, max_bytes: int) -> FetchedFile | None:
    handle = await here.ask("read", here.sftp.open(file.path, "rb"))
    parts: list[bytes] = []
    length = 0
    while length <= max_bytes:
        part = await here.ask("read", handle.read(min(CHUNK, max_bytes + 1 - length)))
        if not part:
            break
        parts.append(bytes(part) if not isinstance(part, str) else part.encode())
        length += len(parts[-1])
    await here.ask("read", handle.close())
    content = b"".join(parts)
    if len(content) != min(file.size, max_bytes + 1):
        return None
    return FetchedFile(file, content, hashlib.sha256(content).hexdigest())

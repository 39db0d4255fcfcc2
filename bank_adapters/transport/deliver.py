"""Hand one file over: exclusive `.part`, close, size, a rename that cannot overwrite, size again.

A broken connection proves nothing, so it ends as unknown. Only a refusal on a living connection,
followed by our own part file being deleted, proves that nothing was handed over.
"""

from __future__ import annotations

import hashlib

from bank_adapters.contract import RemoteFolders
from bank_adapters.transport.outcome import (
    BankUnreachable,
    Delivery,
    Outcome,
    Place,
    Sighting,
    ended,
)
from bank_adapters.transport.session import Login, Refusal, Session, Silence, session

CHUNK = 256 * 1024
PART = ".part"
# Matches no size a server reports, not even -1 for "not told".
NO_SIZE = -2


class _Stop(Exception):
    """The attempt ended before the file had its final name."""

    def __init__(self, delivery: Delivery) -> None:
        self.delivery = delivery
        super().__init__(delivery.code)


async def deliver(login: Login, folders: RemoteFolders, name: str, content: bytes) -> Delivery:
    """Return what is known after one attempt; never raises for what the network does."""
    begun = False
    try:
        async with session(login) as open_session:
            await _name_is_free(open_session, folders, name)
            begun = True
            await _upload(open_session, folders, name, content)
            return await _publish(open_session, folders, name, len(content))
    except BankUnreachable as unreachable:
        return ended(Outcome.NOT_DELIVERED, unreachable.step, unreachable.code)
    except Silence as silence:
        outcome = Outcome.UNKNOWN if begun else Outcome.NOT_DELIVERED
        code = silence.code if begun else "unreachable"
        return ended(outcome, silence.step, code)
    except _Stop as stop:
        return stop.delivery


async def look(
    login: Login, folders: RemoteFolders, name: str, size: int, sha256: str = ""
) -> Sighting:
    """Return where the file is seen; ``sha256`` of ours tells another's of equal size. Raises BankUnreachable."""
    try:
        async with session(login) as open_session:
            return await _look(open_session, folders, name, size, sha256)
    except (Silence, Refusal) as nothing:
        raise BankUnreachable(_why(nothing), nothing.step) from None


async def withdraw(login: Login, folders: RemoteFolders, name: str, size: int) -> Sighting:
    """Delete our part file if it is all there is. Raises BankUnreachable.

    Once the part file is gone it can never be renamed, so if nothing else is seen afterwards the
    file provably was not handed over.
    """
    try:
        async with session(login) as open_session:
            seen = await _look(open_session, folders, name, size)
            if seen.place is not Place.PART:
                return seen
            return await _take_back(open_session, folders, name, size)
    except (Silence, Refusal) as nothing:
        raise BankUnreachable(_why(nothing), nothing.step) from None


def _why(nothing: Silence | Refusal) -> str:
    return nothing.code if isinstance(nothing, Silence) else "stat_refused"


async def _name_is_free(here: Session, folders: RemoteFolders, name: str) -> None:
    for folder in (folders.inbox, folders.archive):
        try:
            taken = await here.size("check_name", f"{folder}/{name}")
        except Refusal:
            raise _Stop(ended(Outcome.NOT_DELIVERED, "check_name", "stat_refused")) from None
        if taken is not None:
            raise _Stop(ended(Outcome.UNKNOWN, "check_name", "name_taken"))


async def _upload(here: Session, folders: RemoteFolders, name: str, content: bytes) -> None:
    part = f"{folders.inbox}/{name}{PART}"
    try:
        file = await here.ask("open", here.sftp.open(part, "xb"))
    except Refusal:
        left = await _size_or_unknown(here, part)
        outcome = Outcome.NOT_DELIVERED if left is None else Outcome.UNKNOWN
        code = "open_refused" if left is None else "part_exists"
        raise _Stop(ended(outcome, "open", code)) from None
    try:
        for start in range(0, len(content), CHUNK):
            await here.ask("write", file.write(content[start : start + CHUNK]))
        await here.ask("close", file.close())
        if await here.size("size", part) != len(content):
            raise _Stop(await _undo(here, folders, name, "size", "size_differs"))
    except Refusal as refusal:
        code = "stat_refused" if refusal.step == "size" else "write_refused"
        raise _Stop(await _undo(here, folders, name, refusal.step, code)) from None


async def _publish(here: Session, folders: RemoteFolders, name: str, size: int) -> Delivery:
    target = f"{folders.inbox}/{name}"
    try:
        # Plain SFTP rename fails on an existing name; the POSIX extension would overwrite it.
        await here.ask("rename", here.sftp.rename(target + PART, target))
    except Refusal:
        return await _undo(here, folders, name, "rename", "rename_refused")
    try:
        seen = await here.size("confirm", target)
    except Refusal:
        return ended(Outcome.UNKNOWN, "confirm", "stat_refused")
    if seen is None:
        return ended(Outcome.UNKNOWN, "confirm", "gone_after_rename")
    if seen != size:
        return ended(Outcome.UNKNOWN, "confirm", "size_differs")
    return ended(Outcome.DELIVERED, "confirm", "delivered")


async def _undo(here: Session, folders: RemoteFolders, name: str, step: str, code: str) -> Delivery:
    try:
        seen = await _take_back(here, folders, name, NO_SIZE)
    except (Refusal, Silence):
        return ended(Outcome.UNKNOWN, step, code)
    return ended(seen.outcome, step, code)


async def _take_back(here: Session, folders: RemoteFolders, name: str, size: int) -> Sighting:
    await here.ask("withdraw", here.sftp.remove(f"{folders.inbox}/{name}{PART}"))
    seen = await _look(here, folders, name, size)
    if seen.place is Place.NOWHERE:
        return Sighting(Place.NOWHERE, None, Outcome.NOT_DELIVERED)
    return seen


async def _look(
    here: Session, folders: RemoteFolders, name: str, size: int, sha256: str = ""
) -> Sighting:
    for place, folder in ((Place.INBOX, folders.inbox), (Place.ARCHIVE, folders.archive)):
        path = f"{folder}/{name}"
        found = await here.size("look", path)
        if found is not None:
            ours = found == size and await _same_bytes(here, path, size, sha256)
            return Sighting(place, found, Outcome.DELIVERED if ours else Outcome.UNKNOWN)
    if await _answered(here, folders, name):
        return Sighting(Place.ACK, None, Outcome.DELIVERED)
    part = await here.size("look", f"{folders.inbox}/{name}{PART}")
    if part is not None:
        return Sighting(Place.PART, part, Outcome.UNKNOWN)
    return Sighting(Place.NOWHERE, None, Outcome.UNKNOWN)


async def _same_bytes(here: Session, path: str, size: int, sha256: str) -> bool:
    """Tell whether what lies there is ours; a bank that lets nobody read what it was given is believed."""
    if not sha256:
        return True
    digest, length = hashlib.sha256(), 0
    try:
        file = await here.ask("look", here.sftp.open(path, "rb"))
        while length <= size:
            part = await here.ask("look", file.read(CHUNK))
            if not part:
                break
            digest.update(part.encode() if isinstance(part, str) else part)
            length += len(part)
        await here.ask("look", file.close())
    except Refusal:
        return True
    return digest.hexdigest() == sha256


async def _answered(here: Session, folders: RemoteFolders, name: str) -> bool:
    # The bank names an answer after the file it answers, with an ending of its own.
    stem = name.rpartition(".")[0] or name
    names = await here.ask("look", here.sftp.listdir(folders.outbox))
    return any(str(one).startswith(f"{stem}.") for one in names)


async def _size_or_unknown(here: Session, path: str) -> int | None:
    try:
        return await here.size("open", path)
    except (Refusal, Silence):
        return -1

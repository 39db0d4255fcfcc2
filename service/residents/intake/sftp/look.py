"""List what is complete in a folder of a department's server."""

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import asyncssh

from service.residents.intake import looking
from service.residents.intake.looking import is_marked, is_wanted
from service.residents.intake.sftp.line import Line, Refused
from service.residents.intake.sftp.problems import SftpFolderRefused
from service.residents.intake.terms import SftpTerms

# File types of SFTP attributes; servers of the old protocol may not say.
_PLAIN = frozenset({asyncssh.FILEXFER_TYPE_REGULAR, asyncssh.FILEXFER_TYPE_UNKNOWN})


@dataclass(frozen=True)
class Remote:
    """A file as listed; ``folder_feed`` is the feed whose sub-folder it lies in, or None."""

    folder: bytes
    folder_feed: str | None
    raw_name: bytes
    size: int
    modified_at: int
    marked: bool

    @property
    def path(self) -> bytes:
        return self.folder + b"/" + self.raw_name

    @property
    def name(self) -> str:
        """The name to be shown: UTF-8, else GB18030, else with replacement signs."""
        for encoding in ("utf-8", "gb18030"):
            try:
                return self.raw_name.decode(encoding)
            except UnicodeDecodeError:
                continue
        return self.raw_name.decode("utf-8", "replace")

    @property
    def mark(self) -> bytes:
        """Digest of what tells the file apart without reading it."""
        told = b"\0".join((self.path, b"%d" % self.size, b"%d" % self.modified_at))
        return hashlib.sha256(told).digest()


def look(
    line: Line, terms: SftpTerms, agreed: Sequence[str], is_known: Callable[[Remote], bool]
) -> tuple[list[Remote], list[Remote]]:
    """Return (complete and new, known and still there), each by folder and name.

    Raises SftpFolderRefused or SftpUnreachable.
    """
    first = _listed(line, terms, agreed)
    known = [one for one in first if is_known(one)]
    fresh = set(first) - set(known)
    complete = {one for one in fresh if one.marked}
    if fresh != complete and not terms.wait_for_marker:
        time.sleep(looking.LOOK_SECONDS)
        complete |= fresh & set(_listed(line, terms, agreed))
    return sorted(complete, key=lambda one: one.path), known


def _listed(line: Line, terms: SftpTerms, agreed: Sequence[str]) -> list[Remote]:
    top = terms.path.rstrip("/").encode() or b"/."
    try:
        found = _in_folder(line, top, None)
    except Refused:
        raise SftpFolderRefused from None
    for feed in agreed:
        try:
            found += _in_folder(line, top + b"/" + feed.encode(), feed)
        except Refused:
            continue  # No sub-folder for this feed.
    return found


def _in_folder(line: Line, folder: bytes, feed: str | None) -> list[Remote]:
    entries = line.ask(_entries(line.sftp, folder))
    names = {_text(raw) for raw, _ in entries}
    found = []
    for raw, attributes in entries:
        name = _text(raw)
        plain = attributes.type in _PLAIN and attributes.size is not None
        if plain and is_wanted(name) and not set(b"/\0") & set(raw):
            found.append(
                Remote(
                    folder, feed, raw, attributes.size or 0, int(attributes.mtime or 0),
                    is_marked(name, names),
                )
            )  # fmt: skip
    return found


async def _entries(
    sftp: asyncssh.SFTPClient, folder: bytes
) -> list[tuple[bytes, asyncssh.SFTPAttrs]]:
    """Read a folder's names up to the limit, however many there are."""
    found: list[tuple[bytes, asyncssh.SFTPAttrs]] = []
    async for entry in sftp.scandir(folder):
        raw = entry.filename if isinstance(entry.filename, bytes) else entry.filename.encode()
        found.append((raw, entry.attrs))
        if len(found) >= looking.NAMES_MAX:
            break
    return found


def _text(raw: bytes) -> str:
    """Return a name as text that stands for exactly these bytes."""
    return raw.decode("utf-8", "surrogateescape")

"""Look into a watched folder twice and list what is complete."""

import os
import stat
import time
from collections.abc import Sequence
from dataclasses import dataclass

from service.foundation.problems import Problem
from service.residents.intake import looking
from service.residents.intake.folder.opening import FolderUnreadable, directory
from service.residents.intake.looking import is_marked, is_wanted

KEPT_BY_US = frozenset({"taken", "refused"})


class EntryOdd(Problem):
    """Something lies in the folder that is no plain file and no feed's sub-folder."""

    code = "source_entry_odd"
    status = 422
    title = "Something in the folder is no plain file"

    def __init__(self) -> None:
        super().__init__(
            "The folder holds a link, a device or a sub-folder named after none of the source's feeds; it was left alone.",
            "文件夹中有链接、设备，或名称不是约定数据源代码的子文件夹，未作处理。",
        )


@dataclass(frozen=True)
class Lying:
    """A plain file as seen at one moment."""

    folder: str
    """The feed's sub-folder, or empty."""
    name: str
    inode: int
    size: int
    modified_ns: int
    marked: bool


@dataclass(frozen=True)
class Seen:
    """What one look found: plain files, and how much else."""

    files: frozenset[Lying]
    odd: int


def look(path: str, agreed: Sequence[str], *, wait_for_marker: bool) -> tuple[list[Lying], int]:
    """Return complete files by folder and name, and how many odd entries lie about.

    A file is complete when its marker lies beside it or, unless markers were agreed, when name,
    size and time are the same in two looks five seconds apart. Raises FolderUnreadable.
    """
    first = _seen(path, agreed)
    complete = {one for one in first.files if one.marked}
    if not wait_for_marker and complete != first.files:
        time.sleep(looking.LOOK_SECONDS)
        complete |= first.files & _seen(path, agreed).files
    return sorted(complete, key=lambda one: (one.folder, one.name)), first.odd


def _seen(path: str, agreed: Sequence[str]) -> Seen:
    files: set[Lying] = set()
    try:
        with directory(path) as root:
            odd = _list(root, "", files, known=KEPT_BY_US | set(agreed))
            for feed in agreed:
                odd += _list_feed(root, feed, files)
    except OSError:
        raise FolderUnreadable from None
    return Seen(frozenset(files), odd)


def _list_feed(root: int, feed: str, files: set[Lying]) -> int:
    try:
        with directory(feed, within=root) as folder:
            return _list(folder, feed, files, known=frozenset())
    except FileNotFoundError:
        return 0
    except OSError:
        return 1  # A link in a sub-folder's place, or one we may not enter.


def _list(folder: int, within: str, files: set[Lying], known: frozenset[str] | set[str]) -> int:
    with os.scandir(folder) as entries:
        names = {entry.name for entry, _ in zip(entries, range(looking.NAMES_MAX), strict=False)}
    odd = 0
    for name in names:
        if not is_wanted(name):
            continue
        try:
            found = os.stat(name, dir_fd=folder, follow_symlinks=False)
        except OSError:
            continue  # Gone between the listing and now.
        if stat.S_ISREG(found.st_mode):
            files.add(
                Lying(
                    within, name, found.st_ino, found.st_size, found.st_mtime_ns,
                    is_marked(name, names),
                )
            )  # fmt: skip
        elif not (stat.S_ISDIR(found.st_mode) and name in known):
            odd += 1
    return odd

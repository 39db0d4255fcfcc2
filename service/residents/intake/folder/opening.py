"""Open directories and files of a watched folder without ever following a link out of it."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager

from service.foundation.problems import Problem

_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_CHUNK = 1024 * 1024


class FolderUnreadable(Problem):
    """The watched folder is not there or may not be entered."""

    code = "source_folder_unreadable"
    status = 502
    title = "The watched folder cannot be read"

    def __init__(self) -> None:
        super().__init__(
            "The watched folder is not there, or this service may not read and write in it.",
            "监视文件夹不存在，或本服务无权读写。",
        )


class FileUnreadable(Problem):
    """A file may not be read."""

    code = "source_file_unreadable"
    status = 502
    title = "A file cannot be read"

    def __init__(self) -> None:
        super().__init__(
            "A file may not be read by this service; it was left where it is.",
            "有文件本服务无权读取，已保留在原处。",
        )


class FileHuge(Problem):
    """A file is larger than anything that is imported."""

    code = "source_file_too_large"
    status = 422
    title = "The file is too large"

    def __init__(self, bytes_max: int) -> None:
        super().__init__(
            f"The file is larger than {bytes_max // 1024 // 1024} MB and was not read; send it in parts.",
            f"文件超过 {bytes_max // 1024 // 1024} MB，未读取，请拆分报送。",
        )


@contextmanager
def directory(path: str, *, within: int | None = None) -> Iterator[int]:
    """Open a directory and yield its descriptor; inside another one, links are refused."""
    flags = _DIRECTORY if within is None else _DIRECTORY | os.O_NOFOLLOW
    descriptor = os.open(path, flags, dir_fd=within)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def read_unchanged(
    folder: int, name: str, *, inode: int, size: int, modified_ns: int, bytes_max: int
) -> bytes | None:
    """Return a regular file's content, or None when it is gone or no longer the one looked at.

    Raises :class:`FileUnreadable` and :class:`FileHuge`.
    """
    try:
        # Not blocking: a pipe that was put in the file's place must not hold us up.
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        descriptor = os.open(name, flags, dir_fd=folder)
    except FileNotFoundError:
        return None
    except OSError:
        raise FileUnreadable from None
    try:
        looked_at = (inode, size, modified_ns)
        if _told(descriptor) != looked_at:
            return None
        if size > bytes_max:
            raise FileHuge(bytes_max)
        content = _read(descriptor, size)
        return content if _told(descriptor) == looked_at and len(content) == size else None
    except OSError:
        raise FileUnreadable from None
    finally:
        os.close(descriptor)


def _told(descriptor: int) -> tuple[int, int, int] | None:
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode):
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns


def _read(descriptor: int, size: int) -> bytes:
    parts: list[bytes] = []
    length = 0
    while length <= size:
        part = os.read(descriptor, min(_CHUNK, size + 1 - length))
        if not part:
            break
        parts.append(part)
        length += len(part)
    return b"".join(parts)

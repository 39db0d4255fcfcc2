"""Put a file away once its import is committed: to ``taken``, or to ``refused`` with the reason."""

import os
from pathlib import PurePosixPath

from service.foundation import clock
from service.foundation.problems import Problem
from service.residents.intake.folder.look import Lying
from service.residents.intake.folder.opening import directory
from service.residents.intake.looking import MARKERS

_NAME_BYTES_MAX = 200
_TRIES_MAX = 1000


class FileStuck(Problem):
    """A file that was taken over cannot be moved."""

    code = "source_file_stuck"
    status = 502
    title = "A file cannot be put away"

    def __init__(self) -> None:
        super().__init__(
            "A file was taken over but cannot be moved away; it is recognised next time and has no second effect.",
            "文件已处理但无法移走；下次会识别出相同内容，不会重复生效。",
        )


def put_away(path: str, file: Lying, why: tuple[str, str] | None = None) -> None:
    """Move a file to ``taken/<date>``, or with a reason to ``refused/<date>``; nothing is overwritten.

    A file that is gone already is no fault. Raises :class:`FileStuck`.
    """
    try:
        with directory(path) as root:
            shelf = "taken" if why is None else "refused"
            _ensure(root, shelf)
            with directory(shelf, within=root) as kept:
                day = clock.today().isoformat()
                _ensure(kept, day)
                with directory(day, within=kept) as target:
                    _move(root, file, target, why)
    except OSError:
        raise FileStuck from None


def _ensure(within: int, name: str) -> None:
    try:
        os.mkdir(name, 0o750, dir_fd=within)
    except FileExistsError:
        return


def _move(root: int, file: Lying, target: int, why: tuple[str, str] | None) -> None:
    if file.folder:
        with directory(file.folder, within=root) as folder:
            _move_within(folder, file, target, why)
    else:
        _move_within(root, file, target, why)


def _move_within(folder: int, file: Lying, target: int, why: tuple[str, str] | None) -> None:
    if not _is_still(folder, file):
        return  # Gone, or another file under the same name: it is for the next look.
    name = _free_name(file.name, target)
    if why is not None:
        # The reason first: a killed worker leaves a reason without a file, never the other way.
        _write(f"{name}.why.txt", "\n".join((why[1], why[0], "")), target)
    os.rename(file.name, name, src_dir_fd=folder, dst_dir_fd=target)
    for marker in MARKERS:
        try:
            os.unlink(file.name + marker, dir_fd=folder)
        except FileNotFoundError:
            continue


def _is_still(folder: int, file: Lying) -> bool:
    try:
        found = os.stat(file.name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return False
    now = (found.st_ino, found.st_size, found.st_mtime_ns)
    return now == (file.inode, file.size, file.modified_ns)


def _free_name(name: str, target: int) -> str:
    taken = set(os.listdir(target))
    plain = PurePosixPath(_short(name))
    for number in range(1, _TRIES_MAX):
        tried = plain.name if number == 1 else f"{plain.stem}.{number}{plain.suffix}"
        if tried not in taken:
            return tried
    raise OSError("no name is free")


def _short(name: str) -> str:
    raw = os.fsencode(name)
    if len(raw) <= _NAME_BYTES_MAX:
        return name
    suffix = os.fsencode(PurePosixPath(name).suffix)[:16]
    return os.fsdecode(raw[: _NAME_BYTES_MAX - len(suffix)] + suffix)


def _write(name: str, text: str, target: int) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(name, flags, 0o640, dir_fd=target)
    with os.fdopen(descriptor, "w", encoding="utf-8") as handle:
        handle.write(text)

"""Check the files of a log without its database: every entry, every tile, and the signed root."""

from collections.abc import Callable, Iterator
from pathlib import Path

from service.audit.log.checkpoints import Checkpoint
from service.audit.log.note import NoteMalformed
from service.audit.log.note_keys import NoteNotSigned
from service.audit.log.tile_paths import (
    CHECKPOINT,
    ENTRIES,
    WIDTH,
    tile_path,
    tiles_of,
    unbundle,
    width_of,
)
from service.audit.log.tree import Frontier, leaf_hash
from service.foundation.problems import Problem

Opening = Callable[[str], Checkpoint]
"""Return what a checkpoint's text says if its signatures hold; raises NoteMalformed and NoteNotSigned."""


class TilesWrong(Problem):
    """A file of the log is missing, cut, or says something else than the signed root."""

    code = "tiles_wrong"
    status = 422
    title = "The log's files do not verify"

    def __init__(self, path: str, what: str, what_zh: str, index: int | None = None) -> None:
        super().__init__(f"{path}: {what}.", f"{path}：{what_zh}。", path=path, index=index)
        self.path = path
        self.index = index


def check_tiles(folder: Path, opening: Opening) -> Checkpoint:
    """Return the checkpoint that the files of ``folder`` bear out, from the entries up.

    Raises :class:`TilesWrong` with the first file that is wrong.
    """
    try:
        said = opening(_read(folder, CHECKPOINT).decode("utf-8", errors="replace"))
    except (NoteMalformed, NoteNotSigned) as problem:
        raise TilesWrong(CHECKPOINT, problem.sentence.rstrip("."), "检查点签名不成立") from None
    frontier = Frontier()
    levels = [_Level(folder, level) for level, _ in tiles_of(said.size)]

    def keep(height: int, _: int, root: bytes) -> None:
        levels[height // 8].add(root)

    for leaf in _leaves(folder, said.size):
        levels[0].add(leaf)
        frontier.append(leaf, keep)
    for level in levels:
        level.compare()
    if frontier.root() != said.root:
        raise TilesWrong(CHECKPOINT, "the entries have another root", "各条记录的根与检查点不符")
    return said


class _Level:
    """The hashes of one level as the entries make them, compared with its files a tile at a time."""

    def __init__(self, folder: Path, level: int) -> None:
        self._folder = folder
        self._level = level
        self._index = 0
        self._held: list[bytes] = []

    def add(self, value: bytes) -> None:
        self._held.append(value)
        if len(self._held) == WIDTH:
            self.compare()
            self._held.clear()
            self._index += 1

    def compare(self) -> None:
        """Raise TilesWrong when the tile of what is held says something else."""
        if not self._held:
            return
        path, content = _tile(self._folder, self._level, self._index, len(self._held))
        for at, value in enumerate(self._held):
            if content[at * 32 : at * 32 + 32] != value:
                raise TilesWrong(
                    path,
                    f"hash {at} is not that of the entries",
                    f"第 {at} 个哈希与记录不符",
                    (self._index * WIDTH + at) << (8 * self._level),
                )


def _leaves(folder: Path, size: int) -> Iterator[bytes]:
    for index in range(-(-size // WIDTH)):
        width = width_of(index, size)
        path, content = _tile(folder, ENTRIES, index, width)
        try:
            entries = unbundle(content)
        except ValueError as error:
            raise TilesWrong(path, str(error), "在一条记录中间结束", index * WIDTH) from None
        if len(entries) < width:
            raise TilesWrong(
                path,
                f"it has {len(entries)} entries instead of {width}",
                f"只有 {len(entries)} 条记录，应为 {width} 条",
                index * WIDTH + len(entries),
            )
        yield from (leaf_hash(one) for one in entries[:width])


def _tile(folder: Path, kind: int | str, index: int, width: int) -> tuple[str, bytes]:
    """Return a tile's path and content: the partial one, or the full one that took its place."""
    partial, full = tile_path(kind, index, width), tile_path(kind, index)
    if width < WIDTH and not (folder / partial).exists() and (folder / full).exists():
        return full, _read(folder, full)
    content = _read(folder, partial)
    if kind != ENTRIES and len(content) != width * 32:
        raise TilesWrong(
            partial,
            f"it has {len(content)} bytes instead of {width * 32}",
            f"长度为 {len(content)} 字节，应为 {width * 32}",
            index * WIDTH,
        )
    return partial, content


def _read(folder: Path, path: str) -> bytes:
    try:
        return (folder / path).read_bytes()
    except OSError as error:
        raise TilesWrong(path, f"it cannot be read ({type(error).__name__})", "无法读取") from None

"""A ring of field keys: what the text of a key file says, and which faults it may not have."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from service.foundation.encryption.problems import KeyFileUnusable

VERSION_MAX = 255
"""A sealed value says its version in one byte; 0 stays free."""
_KEY = re.compile(r"[0-9a-fA-F]{64}")
_LINE = re.compile(r"([0-9]{1,3}) ([0-9a-fA-F]{64})")


@dataclass(frozen=True)
class KeyRing:
    """Field keys (32 bytes each) by version, 1 to 255; the highest version seals."""

    keys: Mapping[int, bytes]

    @cached_property
    def newest(self) -> int:
        return max(self.keys)

    @classmethod
    def read(cls, text: str, path: Path) -> "KeyRing":
        """Return what a key file says: 64 hex digits (version 1), or lines ``version hex``.

        Raises :class:`KeyFileUnusable`, which names ``path`` and the line but never quotes it.
        """
        whole = text.strip()
        if _KEY.fullmatch(whole):
            return cls({1: bytes.fromhex(whole)})
        keys: dict[int, bytes] = {}
        for number, line in enumerate(text.splitlines(), start=1):
            if not line.strip():
                continue
            version, key = _line(line.strip(), number, path)
            _refuse_doubt(keys, version, key, number, path)
            keys[version] = key
        if not keys:
            raise KeyFileUnusable(path, "it is empty", "文件为空")
        return cls(keys)

    def text(self) -> str:
        """Return the ring as a key file holds it, newest last."""
        return "".join(f"{version} {self.keys[version].hex()}\n" for version in sorted(self.keys))

    def continues(self, earlier: "KeyRing") -> bool:
        """Return whether no version both know has become another key, and the newest is no older."""
        same = all(self.keys.get(version, key) == key for version, key in earlier.keys.items())
        return same and self.newest >= earlier.newest


def _line(line: str, number: int, path: Path) -> tuple[int, bytes]:
    found = _LINE.fullmatch(line)
    if found is None or not 1 <= int(found[1]) <= VERSION_MAX:
        raise KeyFileUnusable(
            path,
            f"line {number} is neither 64 hex digits alone nor “version, space, 64 hex digits” "
            f"with a version from 1 to {VERSION_MAX}",
            f"第 {number} 行既不是单独的 64 位十六进制数，也不是“版本号 空格 64 位十六进制数”（版本号 1 至 {VERSION_MAX}）",
        )
    return int(found[1]), bytes.fromhex(found[2])


def _refuse_doubt(
    keys: Mapping[int, bytes], version: int, key: bytes, number: int, path: Path
) -> None:
    if keys and version <= max(keys):
        raise KeyFileUnusable(
            path,
            f"line {number} has version {version} after version {max(keys)}; the newest stands last, and each once",
            f"第 {number} 行的版本 {version} 排在版本 {max(keys)} 之后；最新的应在最后，且不得重复",
        )
    for other, known in keys.items():
        if known == key:
            raise KeyFileUnusable(
                path,
                f"versions {other} and {version} are the same key",
                f"版本 {other} 与版本 {version} 是同一个密钥",
            )

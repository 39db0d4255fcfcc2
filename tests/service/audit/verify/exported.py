"""An exported log to tamper with: its files as bytes, written anew after somebody changed them."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from service.audit.standalone import bundle as names
from service.audit.standalone.tree import leaf_hash

Files = dict[str, bytes]
Tampering = Callable[[Files], None]


def files_of(path: Path) -> Files:
    """Return the files of an exported log."""
    with zipfile.ZipFile(path) as archive:
        return {one: archive.read(one) for one in archive.namelist()}


def written(files: Files, path: Path) -> Path:
    """Write files as an exported log, in place of what is there."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def entries_of(files: Files) -> list[bytes]:
    """Return the entries' bytes, in order."""
    return files[names.ENTRIES].splitlines()


def with_entries(files: Files, entries: list[bytes], *, mended: bool = True) -> None:
    """Replace the entries; ``mended`` also replaces their digests, as who knows the form would."""
    files[names.ENTRIES] = b"".join(one + b"\n" for one in entries)
    if mended:
        files[names.LEAVES] = b"".join(map(leaf_hash, entries))


def checkpoints_of(files: Files) -> list[dict[str, Any]]:
    """Return the checkpoints as the file says them."""
    return [json.loads(one) for one in files[names.CHECKPOINTS].splitlines()]


def with_checkpoints(files: Files, found: list[dict[str, Any]]) -> None:
    """Replace the checkpoints."""
    lines = [json.dumps(one, ensure_ascii=False).encode() + b"\n" for one in found]
    files[names.CHECKPOINTS] = b"".join(lines)

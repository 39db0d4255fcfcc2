"""Write a pack: every file with its digest in ``pack.json``, in one zip without times or owners.

Nothing is compressed in a payment's pack, so that the same files are the same bytes with every
version of Python; packs of lists are compressed, and their ``pack.json`` is what stays the same.
"""

import hashlib
import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import rfc8785

INDEX, FORMAT = "pack.json", "anxin/evidence-pack/v1"
_DAY = (1980, 1, 1, 0, 0, 0)
_STANDALONE = Path(__file__).parents[1] / "standalone"


@dataclass(frozen=True)
class Archive:
    """A finished pack: its bytes and the digest of its index, by which it is known again."""

    content: bytes
    digest: str


def programs() -> list[tuple[str, bytes]]:
    """Return the verifier as it goes into every pack: five files, Python 3.11 and nothing else."""
    names = ("verify.py", "verify_line.py", "verify_lists.py", "verify_trail.py", "curves.py")
    return [(name, (_STANDALONE / name).read_bytes()) for name in names]


def archived(kind: str, name: str, files: Iterable[tuple[str, bytes]]) -> Archive:
    """Return a pack of small files; ``kind`` is payment, batch or month, ``name`` what it is about."""
    made = io.BytesIO()
    content = dict(files)
    listed = {one: hashlib.sha256(content[one]).hexdigest() for one in content}
    index = index_of(kind, name, listed)
    with zipfile.ZipFile(made, "w") as archive:
        put(archive, INDEX, index)
        for one in sorted(content):
            put(archive, one, content[one])
    return Archive(made.getvalue(), hashlib.sha256(index).hexdigest())


def index_of(kind: str, name: str, files: dict[str, str]) -> bytes:
    """Return the canonical index: {file: SHA-256 in hex}."""
    return rfc8785.dumps({"about": name, "files": files, "format": FORMAT, "kind": kind})


def put(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    """Add one file without compression."""
    archive.writestr(entry(name), content)


def entry(name: str, method: int = zipfile.ZIP_STORED) -> zipfile.ZipInfo:
    """Return a file's head as every pack has it."""
    info = zipfile.ZipInfo(name, _DAY)
    info.compress_type = method
    info.create_system = 3
    info.external_attr = 0o600 << 16
    return info


def copied(source: IO[bytes], target: IO[bytes]) -> str:
    """Copy a stream and return the SHA-256 of what went by."""
    digest = hashlib.sha256()
    while part := source.read(1 << 20):
        digest.update(part)
        target.write(part)
    return digest.hexdigest()

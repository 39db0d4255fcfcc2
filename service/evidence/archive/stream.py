"""Write a large pack as it is read: file after file into the zip, digests on the way, the index last."""

import hashlib
import os
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from service.evidence.archive.write import INDEX, entry, index_of


class Stream:
    """An open pack; every file is given whole or in parts, and none is held in memory."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._digests: dict[str, str] = {}
        self.digest = ""
        """SHA-256 of the index in hex, once the pack is finished."""

    def put(self, name: str, parts: Iterable[bytes]) -> str:
        """Add one file; return its SHA-256 in hex."""
        digest = hashlib.sha256()
        with self._archive.open(entry(name, zipfile.ZIP_DEFLATED), "w") as target:
            for part in parts:
                digest.update(part)
                target.write(part)
        self._digests[name] = digest.hexdigest()
        return self._digests[name]

    def finish(self, kind: str, about: str) -> str:
        """Add the index and return its digest, by which the pack is known again."""
        index = index_of(kind, about, self._digests)
        with self._archive.open(entry(INDEX, zipfile.ZIP_DEFLATED), "w") as target:
            target.write(index)
        self.digest = hashlib.sha256(index).hexdigest()
        return self.digest


@contextmanager
def streaming(path: Path) -> Iterator[Stream]:
    """Open a pack that only its owner reads; what was begun and not finished is removed."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with (
            os.fdopen(descriptor, "w+b") as handle,
            zipfile.ZipFile(handle, "w", compresslevel=6) as archive,
        ):
            yield Stream(archive)
    except BaseException:
        path.unlink(missing_ok=True)
        raise

"""Find one subject's row in a big encrypted file within milliseconds.

A file is checked against its kept SHA-256 once in a process, and again whenever its size or time
on the disk changes; what is read afterwards is authenticated part by part by the encryption itself,
so that a change behind our back is still refused. Its rows are sorted by subject: the statistics
of the row groups say which one holds the subject, and only the columns asked for are opened.
"""

from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

import pyarrow
import pyarrow.compute
import pyarrow.parquet

from service.residents.snapshot.at_rest import decryption_of, sha256_of
from service.residents.snapshot.problems import SnapshotKeyWrong

_FILES_OPEN = 24
"""Three kinds of subject, their facts and their outcomes, of four months."""


class FileChanged(Exception):
    """The file is gone, or is not the one that was kept."""


class Finder:
    """An open file; safe to use from several threads, which take turns."""

    def __init__(self, path: Path, purpose: str, version: int) -> None:
        self._lock = Lock()
        try:
            self._file = pyarrow.parquet.ParquetFile(
                path, decryption_properties=decryption_of(path, purpose, version)
            )
        except OSError:
            raise SnapshotKeyWrong(path.parent.name, path.name) from None
        metadata = self._file.metadata
        names = metadata.schema.to_arrow_schema().names
        self._key, self.columns = names[0], frozenset(names)
        self._last = [
            metadata.row_group(group).column(0).statistics.max
            for group in range(metadata.num_row_groups)
        ]

    def row(self, subject_id: int, columns: Sequence[str]) -> dict[str, Any] | None:
        """Return the subject's values of ``columns`` (those the file has), or None if not there.

        The subject's id is the first column of the file, by which it is sorted.
        """
        group = bisect_left(self._last, subject_id)
        if group == len(self._last):
            return None
        wanted = [name for name in dict.fromkeys(columns) if name in self.columns]
        with self._lock:
            try:
                table = self._file.read_row_group(group, [self._key, *wanted], use_threads=False)
            except OSError:
                raise FileChanged from None
        place = pyarrow.compute.index(table.column(self._key), subject_id).as_py()
        if place < 0:
            return None
        return {name: table.column(name)[place].as_py() for name in table.column_names}


def finder(path: Path, purpose: str, version: int, sha256: str) -> Finder:
    """Return the file at ``path``, checked: raises :class:`FileChanged`, SnapshotKeyWrong.

    ``purpose`` and ``version`` name the key as for :func:`~.at_rest.scan`, ``sha256`` (hex) is
    that of the encrypted file.
    """
    try:
        found = path.stat()
    except OSError:
        raise FileChanged from None
    return _opened(path, purpose, version, sha256, found.st_mtime_ns, found.st_size, found.st_ino)


@lru_cache(maxsize=_FILES_OPEN)
def _opened(
    path: Path, purpose: str, version: int, sha256: str, _mtime_ns: int, _size: int, _inode: int
) -> Finder:
    if sha256_of(path) != sha256:
        raise FileChanged
    return Finder(path, purpose, version)

"""Take the one table out of a ZIP archive, or the parts out of a workbook; trust no name or size."""

from __future__ import annotations

import io
import re
import stat
import zipfile
import zlib

EXPANDED_BYTES_MAX = 512 * 1024 * 1024
"""A workbook expands 8 to 14 times; 100,000 rows are about 50 MB."""
ENTRIES_MAX = 200
CHUNK = 1 << 20
PLAIN_NAME = re.compile(r"[^/\\:\x00-\x1f]+")


class ArchiveRefused(ValueError):
    """The archive is not taken apart; `code` and `detail` are the fault's."""

    def __init__(self, code: str, detail: str = "") -> None:
        self.code, self.detail = code, detail
        super().__init__(code)


class Archive:
    """A ZIP archive in memory whose expanded bytes are counted as they come, whatever it declares."""

    def __init__(self, content: bytes) -> None:
        """Open the archive. Raises ArchiveRefused."""
        self._left = EXPANDED_BYTES_MAX
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
        except (zipfile.BadZipFile, ValueError, OSError, EOFError, IndexError, NotImplementedError):
            raise ArchiveRefused("archive_broken") from None
        infos = self._zip.infolist()
        self.names = [one.filename for one in infos]
        if min((one.header_offset for one in infos), default=0) != 0:
            raise ArchiveRefused("archive_unsafe", "bytes before the archive")
        if len(self.names) > ENTRIES_MAX:
            raise ArchiveRefused("archive_unsafe", f"{len(self.names)} > {ENTRIES_MAX}")
        if len(set(self.names)) != len(self.names):
            raise ArchiveRefused("archive_unsafe", "one name twice")

    def read(self, name: str) -> bytes:
        """Return one entry's bytes. Raises ArchiveRefused."""
        info = self._zip.getinfo(name)
        if info.flag_bits & 0x1:
            raise ArchiveRefused("file_protected")
        pieces = []
        try:
            with self._zip.open(info) as entry:
                while piece := entry.read(CHUNK):
                    self._left -= len(piece)
                    if self._left < 0:
                        raise ArchiveRefused("archive_too_large", f"> {EXPANDED_BYTES_MAX}")
                    pieces.append(piece)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError) as broken:
            if isinstance(broken, ArchiveRefused):
                raise
            raise ArchiveRefused("archive_broken") from None
        except (NotImplementedError, RuntimeError):
            raise ArchiveRefused("archive_unsafe", "unknown compression") from None
        return b"".join(pieces)

    def only_file(self) -> bytes:
        """Return the bytes of the one file of the archive. Raises ArchiveRefused."""
        infos = [one for one in self._zip.infolist() if not one.is_dir()]
        if len(infos) != 1 or len(self.names) != 1:
            raise ArchiveRefused("archive_unsafe", f"{len(self.names)} entries instead of 1")
        (info,) = infos
        mode = info.external_attr >> 16
        if not PLAIN_NAME.fullmatch(info.filename) or info.filename in {".", ".."}:
            raise ArchiveRefused("archive_unsafe", "a path instead of a name")
        if mode and stat.S_IFMT(mode) not in (0, stat.S_IFREG):
            raise ArchiveRefused("archive_unsafe", "no plain file")
        return self.read(info.filename)

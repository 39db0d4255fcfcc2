"""Check and inflate a workbook's zip archive under limits, before any parser sees a byte of it."""

import io
import re
import stat
import zipfile
import zlib
from collections.abc import Mapping

from service.foundation.spreadsheets.cells import Limits
from service.foundation.spreadsheets.refusals import (
    ArchiveBomb,
    ArchiveBroken,
    ArchiveUnsafe,
    FileEncrypted,
    FileHasDoctype,
    FileHasLinks,
    FileHasMacros,
)

_CHUNK = 256 * 1024
_XML = (".xml", ".rels")
_MACROS = re.compile(r"vbaproject|macrosheets/|activex/", re.IGNORECASE)
_LINKS = re.compile(r"externallinks/|/connections\.xml|querytables/", re.IGNORECASE)
_DECLARED = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")


def parts_of(content: bytes, limits: Limits) -> Mapping[str, bytes]:
    """Return the XML parts of a workbook by name.

    Every entry is inflated and counted by its real bytes, whatever the archive says about itself;
    entries that are not XML are counted and dropped.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            _check_entries(entries, limits)
            return _inflate(archive, entries, limits)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as broken:
        raise ArchiveBroken(reason=type(broken).__name__) from None
    except (UnicodeDecodeError, ValueError, RuntimeError) as broken:
        raise ArchiveBroken(reason=type(broken).__name__) from None


def _check_entries(entries: list[zipfile.ZipInfo], limits: Limits) -> None:
    if len(entries) > limits.entries_max:
        raise ArchiveBomb(reason=f"{len(entries)} > {limits.entries_max} entries")
    seen: set[str] = set()
    for entry in entries:
        _check_name(entry, seen)
        if entry.flag_bits & 0x1:
            raise FileEncrypted
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise ArchiveUnsafe(reason=f"compression method {entry.compress_type}")
        if _MACROS.search(entry.filename):
            raise FileHasMacros
        if _LINKS.search(entry.filename):
            raise FileHasLinks


def _check_name(entry: zipfile.ZipInfo, seen: set[str]) -> None:
    # The names themselves are never repeated in a message: they are a stranger's text.
    name = entry.orig_filename
    folded = name.lower()
    if folded in seen:
        raise ArchiveUnsafe(reason="two entries of one name")
    seen.add(folded)
    if "\\" in name or "\0" in name or ":" in name or name.startswith("/"):
        raise ArchiveUnsafe(reason="a path outside the archive")
    if ".." in name.split("/"):
        raise ArchiveUnsafe(reason="a path outside the archive")
    mode = entry.external_attr >> 16
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise ArchiveUnsafe(reason="a link or device instead of a file")


def _inflate(
    archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], limits: Limits
) -> dict[str, bytes]:
    parts: dict[str, bytes] = {}
    inflated_before = 0
    for entry in entries:
        if entry.is_dir():
            continue
        kept: list[bytes] | None = [] if entry.filename.lower().endswith(_XML) else None
        inflated = 0
        with archive.open(entry) as stream:
            while chunk := stream.read(_CHUNK):
                inflated += len(chunk)
                _check_growth(entry, inflated, inflated_before, limits)
                if kept is not None:
                    kept.append(chunk)
        inflated_before += inflated
        if kept is not None:
            parts[entry.filename] = _plain_xml(b"".join(kept))
    _check_content_types(parts)
    return parts


def _check_growth(entry: zipfile.ZipInfo, inflated: int, before: int, limits: Limits) -> None:
    if inflated > limits.entry_bytes_max:
        raise ArchiveBomb(reason=f"one entry > {limits.entry_bytes_max} bytes")
    if before + inflated > limits.inflated_bytes_max:
        raise ArchiveBomb(reason=f"all entries > {limits.inflated_bytes_max} bytes")
    if inflated > limits.ratio_from_bytes and inflated > limits.ratio_max * max(
        entry.compress_size, 1
    ):
        raise ArchiveBomb(reason=f"more than {limits.ratio_max} : 1")


def _plain_xml(part: bytes) -> bytes:
    """Return the part if it is UTF-8 XML without declarations of its own; else refuse the file.

    The search for a DOCTYPE is a search of bytes, so an encoding in which the same characters have
    other bytes (UTF-16, UTF-7, EBCDIC) is refused first.
    """
    start = part[:256].removeprefix(b"\xef\xbb\xbf").lstrip()
    declared = _DECLARED.search(start)
    if declared and declared[1].lower() not in (b"utf-8", b"utf8", b"us-ascii"):
        raise ArchiveUnsafe(reason="a part that is not in UTF-8")
    if not start.startswith(b"<"):
        raise ArchiveUnsafe(reason="a part that is not XML in UTF-8")
    if b"<!DOCTYPE" in part or b"<!ENTITY" in part:
        raise FileHasDoctype
    return part


def _check_content_types(parts: Mapping[str, bytes]) -> None:
    types = parts.get("[Content_Types].xml", b"")
    if b"macroEnabled" in types or b"vbaProject" in types:
        raise FileHasMacros

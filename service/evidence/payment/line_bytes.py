"""Exactly one line's bytes, cut out of a bank's file by our reference; nothing of the lines beside it."""

import io
import re
import zipfile
from dataclasses import dataclass

_ELEMENTS = (b"CdtTrfTxInf", b"TxInfAndSts", b"TxDtls", b"Ntry")
"""What holds one payment in ISO 20022: ours to the bank, its answer, and its statement."""
_ROW = re.compile(rb"<row\b[^>]*>.*?</row>", re.DOTALL)
_UNPACKED_MAX = 64 << 20


@dataclass(frozen=True)
class Cut:
    """Bytes of one line and where they stood; in a workbook, the part of it and the place in that."""

    content: bytes
    offset: int
    part: str = ""


def cut(content: bytes, reference: str) -> Cut | None:
    """Return the bytes of the line that names a reference; None where the format names none."""
    name = reference.encode()
    if content.startswith(b"PK\x03\x04"):
        return _in_workbook(content, name)
    place = content.find(name)
    if place < 0:
        return None
    for element in _ELEMENTS:
        found = _element(content, element, place)
        if found is not None:
            return found
    if content.lstrip().startswith(b"<"):
        return None
    start = content.rfind(b"\n", 0, place) + 1
    end = content.find(b"\n", place)
    return Cut(content[start : end + 1 if end >= 0 else len(content)], start)


def _element(content: bytes, element: bytes, place: int) -> Cut | None:
    """Return the nearest element of a name around a place, if there is one."""
    opening = re.compile(rb"<(?:[A-Za-z0-9_]+:)?" + element + rb"[\s>]")
    starts = [one.start() for one in opening.finditer(content, 0, place)]
    closing = re.compile(rb"</(?:[A-Za-z0-9_]+:)?" + element + rb">")
    end = closing.search(content, place)
    if not starts or end is None:
        return None
    start = starts[-1]
    # It was closed before the place: the reference stands outside.
    return None if closing.search(content, start, place) else Cut(content[start : end.end()], start)


def _in_workbook(content: bytes, name: bytes) -> Cut | None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(one.file_size for one in archive.infolist()) > _UNPACKED_MAX:
                return None
            for part in archive.namelist():
                inside = archive.read(part) if part.startswith("xl/worksheets/") else b""
                for row in _ROW.finditer(inside) if name in inside else ():
                    if name in row.group():
                        return Cut(row.group(), row.start(), part)
    except (OSError, ValueError, RuntimeError, NotImplementedError, zipfile.BadZipFile):
        return None
    return None

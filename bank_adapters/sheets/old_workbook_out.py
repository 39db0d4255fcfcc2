"""Write rows as an XLS workbook (Excel 97–2003, BIFF8): the same rows, the same bytes.

Some banks' clients still take nothing else. The one library that writes this format has not been
looked after for years; what a payment sheet needs of it is small: texts, numbers, one sheet.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from decimal import Decimal

from bank_adapters.sheets.rows import Number

ROWS_MAX = 65_536
RECORD_BYTES_MAX = 8_224
SECTOR = 512
FREE, END, IS_FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
FAT_SECTORS_MAX = 109  # What the file's own header can name: 7 MB, 20,000 lines and more.
GENERAL, TEXT, AMOUNT = 15, 16, 17  # Cell formats by their place below.


def render(rows: Sequence[Sequence[str]], sheet_name: str) -> bytes:
    """Return the finished workbook of one sheet."""
    texts: dict[str, int] = {}
    cells = b"".join(_row(number, row, texts) for number, row in enumerate(rows))
    width = max((1 if isinstance(row, str) else len(row) for row in rows), default=1)
    sheet = b"".join(
        (
            _bof(0x0010),
            _record(0x0200, struct.pack("<IIHHH", 0, len(rows), 0, width, 0)),  # DIMENSIONS
            cells,
            _record(0x023E, struct.pack("<HHHIHHI", 0x06B6, 0, 0, 64, 0, 0, 0)),  # WINDOW2
            _record(0x000A),
        )
    )
    before, after = _before(), b"".join(_shared(texts)) + _record(0x000A)
    name = sheet_name.encode("utf-16-le")
    bound = struct.pack("<HBB", 0, len(name) // 2, 1) + name
    offset = len(before) + 4 + 4 + len(bound) + len(after)
    bound_sheet = _record(0x0085, struct.pack("<I", offset) + bound)
    return _compound(before + bound_sheet + after + sheet)


def _record(kind: int, data: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _bof(kind: int) -> bytes:
    return _record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0x0DBB, 1996, 0x41, 0x06))


def _before() -> bytes:
    name = "宋体".encode("utf-16-le")
    font = _record(
        0x0031, struct.pack("<HHHHHBBBBBB", 220, 0, 0x7FFF, 400, 0, 0, 0, 134, 0, 2, 1) + name
    )
    style = [_format(0, style=True)] * 15
    formats = [*style, _format(0), _format(49), _format(2)]
    return b"".join(
        (
            _bof(0x0005),
            _record(0x0042, struct.pack("<H", 1200)),  # CODEPAGE: UTF-16
            _record(0x003D, struct.pack("<9H", 0, 0, 16000, 9000, 0x38, 0, 0, 1, 600)),  # WINDOW1
            font * 5,
            *formats,
            _record(0x0293, struct.pack("<HBB", 0x8000, 0, 0xFF)),  # STYLE: Normal
        )
    )


def _format(number_format: int, *, style: bool = False) -> bytes:
    kind = 0xFFF5 if style else 0x0001
    used = 0x00 if style else 0x04  # A cell's format says that its number format counts.
    return _record(
        0x00E0, struct.pack("<HHHBBBBIIH", 0, number_format, kind, 0x20, 0, 0, used, 0, 0, 0x20C0)
    )


def _row(number: int, row: Sequence[str], texts: dict[str, int]) -> bytes:
    cells = []
    for column, text in enumerate((row,) if isinstance(row, str) else row):
        if not text:
            continue
        if isinstance(text, Number):
            style = AMOUNT if "." in text else GENERAL
            data = struct.pack("<HHHd", number, column, style, Decimal(text))
            cells.append(_record(0x0203, data))
        else:
            place = texts.setdefault(text, len(texts))
            cells.append(_record(0x00FD, struct.pack("<HHHI", number, column, TEXT, place)))
    return b"".join(cells)


def _shared(texts: dict[str, int]) -> Iterator[bytes]:
    """Yield the shared texts; none is cut in two, each fits one record by its column's limit."""
    kind, data = 0x00FC, bytearray(struct.pack("<II", len(texts), len(texts)))
    for text in texts:
        encoded = text.encode("utf-16-le")
        piece = struct.pack("<HB", len(encoded) // 2, 1) + encoded
        if len(data) + len(piece) > RECORD_BYTES_MAX:
            yield _record(kind, bytes(data))
            kind, data = 0x003C, bytearray()  # CONTINUE
        data += piece
    yield _record(kind, bytes(data))


def _compound(stream: bytes) -> bytes:
    """Return the stream as the one stream `Workbook` of a compound file ([MS-CFB])."""
    stream += bytes(max(0, 4096 - len(stream)))
    stream += bytes(-len(stream) % SECTOR)
    data = len(stream) // SECTOR
    fat_sectors = 1
    while fat_sectors * 128 < data + 1 + fat_sectors:
        fat_sectors += 1
    fat = [*range(1, data), END, END, *[IS_FAT] * fat_sectors]
    fat += [FREE] * (fat_sectors * 128 - len(fat))
    places = [data + 1 + n for n in range(fat_sectors)]
    header = struct.pack(
        "<8s16xHHHHH6xIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        0x3E, 3, 0xFFFE, 9, 6, 0, fat_sectors, data, 0, 4096, END, 0, END, 0,
    )  # fmt: skip
    header += struct.pack("<109I", *places, *[FREE] * (FAT_SECTORS_MAX - fat_sectors))
    directory = (
        _entry("Root Entry", 5, END, 0, child=1)
        + _entry("Workbook", 2, 0, len(stream))
        + _entry("", 0, 0, 0) * 2
    )
    return header + stream + directory + struct.pack(f"<{len(fat)}I", *fat)


def _entry(name: str, kind: int, start: int, size: int, *, child: int = FREE) -> bytes:
    encoded = name.encode("utf-16-le")
    return struct.pack(
        "<64sHBBIII16xI8x8xIQ",
        encoded,
        len(encoded) + 2 if name else 0,
        kind,
        1,
        FREE,
        FREE,
        child,
        0,
        start,
        size,
    )

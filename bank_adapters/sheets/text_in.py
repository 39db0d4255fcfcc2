"""Turn a text's bytes into rows: decode first, split after.

Under GB18030 the second byte of a Chinese character may be the delimiter's byte, so splitting
bytes would cut characters in two.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Sequence

from bank_adapters.contract import Fault
from bank_adapters.faults import fault
from bank_adapters.sheets.profile import Cell, SheetProfile
from bank_adapters.sheets.rows import Row, Table, refused

BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\x84\x31\x95\x33")
# Headings, totals and the closing line; no bank has this many.
LINES_BESIDE = 100
HAN = re.compile("[\u3000-\u9fff\uff00-\uffef]")


def rows_of(profile: SheetProfile, content: bytes) -> Table:
    """Return the rows of a text file, or the fault that makes reading pointless."""
    encoding = profile.file_encoding
    told = encoding.upper()
    if content.startswith(BYTE_ORDER_MARKS):
        return refused("bom_inside")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return refused("encoding_wrong", line=line, detail=told)
    if "\0" in text or _is_utf8(encoding, content):
        what = "NUL" if "\0" in text else "UTF-8?"
        return refused(
            "encoding_wrong", line=None if "\0" in text else 1, detail=f"{told} ({what})"
        )
    faults = [] if text.endswith("\n") else [fault("line_end_wrong")]
    # Blank lines at the end mean nothing, however many; elsewhere an answer has no more lines than
    # an order may have. Counted before anything is split: a file of nothing else fills the memory.
    last = text.find("\n", len(text.rstrip()))
    text = text if last < 0 else text[: last + 1]
    if text.count("\n") > profile.max_lines + LINES_BESIDE:
        detail = f"{text.count(chr(10))} > {profile.max_lines}"
        return refused("too_many_lines", detail=detail)
    # Only CR LF and LF end a line: other scripts' separators are characters of a name.
    lines = text.replace("\r\n", "\n").removesuffix("\n").split("\n")
    if profile.quoted:
        return _quoted(profile, lines, faults)
    rows = [Row(at, _cells(profile, line), line) for at, line in enumerate(lines, start=1)]
    return Table(rows, faults)


def _is_utf8(encoding: str, content: bytes) -> bool:
    # Chinese text in UTF-8 has characters of three bytes; GB text is valid UTF-8 only by chance
    # and then nearly always in characters of two.
    if codecs.lookup(encoding).name == "utf-8":
        return False
    try:
        return HAN.search(content.decode("utf-8")) is not None
    except UnicodeDecodeError:
        return False


def _cells(profile: SheetProfile, line: str) -> list[str]:
    if profile.by_width:
        return by_width(profile, profile.answered.columns, line)
    cells = line.split(profile.delimiter)
    if profile.trailing_delimiter and len(cells) > 1 and not cells[-1]:
        cells.pop()
    return cells


def by_width(profile: SheetProfile, columns: Sequence[Cell], line: str) -> list[str]:
    """Cut a line by bytes; a line of another length comes back whole and is refused by its count."""
    data = line.encode(profile.file_encoding)
    if len(data) != sum(cell.width for cell in columns):
        return [line]
    cells, at = [], 0
    for cell in columns:
        piece = data[at : at + cell.width]
        at += cell.width
        try:
            cells.append(_unpadded(cell, piece.decode(profile.file_encoding)))
        except UnicodeDecodeError:
            return [line]
    return cells


def _unpadded(cell: Cell, text: str) -> str:
    return text.lstrip(cell.pad) if cell.pad_left else text.rstrip(cell.pad)


def _quoted(profile: SheetProfile, lines: list[str], faults: list[Fault]) -> Table:
    reader = csv.reader(lines, delimiter=profile.delimiter, strict=True)
    rows: list[Row] = []
    try:
        rows.extend(Row(reader.line_num, cells, "") for cells in reader)
    except csv.Error:
        return refused("quoting_wrong", line=reader.line_num)
    return Table(rows, faults)

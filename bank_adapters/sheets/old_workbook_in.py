"""Turn an XLS workbook (Excel 97–2003) into rows, in a process of its own, bounded in time and memory.

A damaged file can send any reader of this format into an endless loop or ask it for more memory
than there is, so the reading happens where it can be ended. Macros are never looked at. The format
keeps results of formulas as values; the totals and the comparison with what was sent catch those.
"""

from __future__ import annotations

import json
import struct
import subprocess
import sys
from decimal import InvalidOperation
from pathlib import Path

from bank_adapters.sheets.rows import Foreign, Number, Row, Table, refused
from bank_adapters.sheets.workbook_in import COLUMNS_MAX, number_text

SECONDS_MAX = 60
# By its path and on its own: it needs nothing of ours and starts in a tenth of the time.
READER = str(Path(__file__).with_name("old_workbook_child.py"))
FREE, FREE_AND_MARKS = 0xFFFFFFFF, 0xFFFFFFFA


def rows_of(content: bytes) -> Table:
    """Return the rows of the first visible sheet, or why there are none."""
    if not complete(content):
        return refused("workbook_broken")
    try:
        done = subprocess.run(
            [sys.executable, "-I", READER],
            input=content,
            capture_output=True,
            timeout=SECONDS_MAX,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return refused("workbook_broken")
    if done.returncode == 3:
        return refused("file_protected")
    if done.returncode != 0:
        return refused("workbook_broken")
    rows = []
    found = json.loads(done.stdout)
    for at, cells in found["rows"]:
        try:
            row = [_cell(one) for one in cells]
        except InvalidOperation:
            row = None
        if row is None or len(row) > COLUMNS_MAX:
            return refused("workbook_broken", line=at)
        while row and not row[-1].strip():
            row.pop()
        if row:
            rows.append(Row(at, row))
    return Table(rows, merged=[(first, last) for first, last in found["merged"]])


def complete(content: bytes) -> bool:
    """Return whether every sector that the file's own table names is there, and no other file.

    The readers of this format take what they find: without this a file cut off behind its cells
    would be believed ([MS-CFB] 2.2 and 2.3).
    """
    if len(content) < 1536 or content.find(content[:8], 1) > 0:
        return False
    shift, fat_sectors = int.from_bytes(content[30:32], "little"), content[76:512]
    if shift not in (9, 12) or len(content) % (1 << shift):
        return False
    there, first, needed = (len(content) >> shift) - 1, 0, 0
    for (place,) in struct.iter_unpack("<I", fat_sectors):
        if place >= FREE_AND_MARKS:
            continue
        if place >= there:
            return False
        at = (place + 1) << shift
        for number, (following,) in enumerate(
            struct.iter_unpack("<I", content[at : at + (1 << shift)]), start=first
        ):
            needed = number + 1 if following != FREE else needed
        first += (1 << shift) // 4
    return 0 < needed <= there


def _cell(one: str | list[str]) -> str:
    if isinstance(one, str):
        return one
    kind, text = one
    return Number(number_text(text)) if kind == "number" else Foreign(text)

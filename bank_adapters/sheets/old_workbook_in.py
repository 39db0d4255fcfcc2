"""Turn an XLS workbook (Excel 97–2003) into rows, in a process of its own, bounded in time and memory.

A damaged file can send any reader of this format into an endless loop or ask it for more memory
than there is, so the reading happens where it can be ended. Macros are never looked at. The format
keeps results of formulas as values; the totals and the comparison with what was sent catch those.
"""

from __future__ import annotations

import json
import subprocess
import sys

from bank_adapters.sheets.rows import Foreign, Number, Row, Table, refused
from bank_adapters.sheets.workbook_in import COLUMNS_MAX, number_text

SECONDS_MAX = 60
READER = "bank_adapters.sheets.old_workbook_child"
KINDS = {"number": Number, "foreign": Foreign}


def rows_of(content: bytes) -> Table:
    """Return the rows of the first visible sheet, or why there are none."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", READER],
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
        if len(cells) > COLUMNS_MAX:
            return refused("workbook_broken", line=at)
        rows.append(Row(at, [_cell(one) for one in cells]))
    return Table(rows, merged=[(first, last) for first, last in found["merged"]])


def _cell(one: str | list[str]) -> str:
    if isinstance(one, str):
        return one
    kind, text = one
    return KINDS[kind](number_text(text) if kind == "number" else text)

"""Read an Excel 97–2003 workbook (.xls, BIFF) in a process of its own, bounded in time and memory.

A damaged file can send any reader of this format into an endless loop (it does, with the one we
use), so the reading happens where it can be ended. The format keeps every number as a binary
double and hands out results of formulas as values; digits that a double cannot hold are lost
before the file reaches us, which is why numbers arrive as numbers and an ID number in such a cell
is refused by whoever reads the column.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

from service.foundation.spreadsheets.cells import Cell, Limits, Row, Sheet, Spreadsheet, Typed
from service.foundation.spreadsheets.refusals import (
    ArchiveBroken,
    CellTooLarge,
    FileEncrypted,
    TooManyColumns,
    TooManyRows,
)

_SECONDS_MAX = 60
_READER = "service.foundation.spreadsheets.old_workbook_reader"


def read(content: bytes, limits: Limits) -> Spreadsheet:
    """Return the worksheets of an old workbook; raises :class:`FileRefused`."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", _READER],
            input=content,
            capture_output=True,
            timeout=_SECONDS_MAX,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise ArchiveBroken(reason="BIFF") from None
    if done.returncode == 3:
        raise FileEncrypted
    if done.returncode != 0:
        raise ArchiveBroken(reason="BIFF")
    sheets = tuple(_sheet(json.loads(line), limits) for line in done.stdout.splitlines())
    if not sheets:
        raise ArchiveBroken(reason="0 worksheets")
    return Spreadsheet("xls", sheets)


def _sheet(found: dict[str, Any], limits: Limits) -> Sheet:
    return Sheet(
        name=found["name"],
        rows=lambda: _rows(found["rows"], limits),
        hidden=found["hidden"],
        merged=_joined(found["merged"]),
    )


def _joined(blocks: list[list[int]]) -> tuple[tuple[int, int], ...]:
    """Return blocks of rows in order and not overlapping."""
    joined: list[tuple[int, int]] = []
    for first, last in sorted(blocks):
        if joined and first <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return tuple(joined)


def _rows(values: list[list[Any]], limits: Limits) -> Iterator[Row]:
    for row_no, row in enumerate(values, start=1):
        cells: list[Cell] = [one if isinstance(one, str) else Typed(one[0], one[1]) for one in row]
        if not cells:
            continue
        if row_no > limits.rows_max:
            raise TooManyRows(rows_max=limits.rows_max)
        if len(cells) > limits.columns_max:
            raise TooManyColumns(row=row_no, columns_max=limits.columns_max)
        if any(len(c if isinstance(c, str) else c.text) > limits.cell_chars_max for c in cells):
            raise CellTooLarge(row=row_no, chars_max=limits.cell_chars_max)
        yield row_no, cells

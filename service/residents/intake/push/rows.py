"""Read a page's rows: arrays or objects of texts under the push's columns, every fault by its place."""

import re
from collections.abc import Sequence
from typing import Any

from service.residents.intake.push.json_text import is_plain, read_json
from service.residents.intake.push.problems import JsonWrong, PushFieldsWrong

ROWS_MAX = 10_000
"""Rows of one page."""
_FAULTS_MAX = 100
_TEXT_CHARS_MAX = 32_767
_LONG_NUMBER = re.compile("[0-9]{6,}[Xx]?")


def read_rows(body: bytes, columns: Sequence[str]) -> list[list[str]]:
    """Return the rows of a page in the order of the columns; null and what is absent are empty.

    Raises JsonWrong, or PushFieldsWrong with [{row, column, code}], values never repeated.
    """
    rows = read_json(body)
    if not isinstance(rows, list) or not rows or len(rows) > ROWS_MAX:
        raise JsonWrong(
            f"a page is an array of 1 to {ROWS_MAX:,} rows", f"每页应为 1 至 {ROWS_MAX:,} 行的数组"
        )
    faults: list[dict[str, Any]] = []
    read = [_row(row_no, row, columns, faults) for row_no, row in enumerate(rows, start=1)]
    if faults:
        raise PushFieldsWrong(faults[:_FAULTS_MAX])
    return read


def said(name: str) -> str:
    """Return a name as sent, fit to be said again: short, and without long numbers."""
    return _LONG_NUMBER.sub("…", name)[:40]


def _row(
    row_no: int, row: object, columns: Sequence[str], faults: list[dict[str, Any]]
) -> list[str]:
    if isinstance(row, dict):
        faults += [
            {"row": row_no, "column": said(name), "code": "column_unknown"}
            for name in sorted(row.keys() - set(columns))
        ]
        cells = [row.get(column) for column in columns]
    elif isinstance(row, list) and len(row) == len(columns):
        cells = row
    else:
        faults.append({"row": row_no, "column": "", "code": "row_wrong"})
        return []
    return [
        _text(row_no, column, cell, faults) for column, cell in zip(columns, cells, strict=True)
    ]


def _text(row_no: int, column: str, cell: object, faults: list[dict[str, Any]]) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str) and len(cell) <= _TEXT_CHARS_MAX and is_plain(cell):
        return cell
    faults.append({"row": row_no, "column": column, "code": "value_not_text"})
    return ""

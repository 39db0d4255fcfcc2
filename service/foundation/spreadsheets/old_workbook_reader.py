"""The process that opens one .xls from its standard input and writes its sheets as JSON lines.

Started by :mod:`~service.foundation.spreadsheets.old_workbook` and by nobody else. Exit codes:
0 read, 3 protected by a password, anything else unreadable.
"""

import io
import json
import resource
import sys
from datetime import date, datetime
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

_MEMORY_BYTES_MAX = 2 * 1024**3
_CPU_SECONDS_MAX = 55


def main() -> int:
    """Read standard input, write standard output, and return the exit code."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES_MAX, _MEMORY_BYTES_MAX))
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS_MAX, _CPU_SECONDS_MAX))
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
        for meta in book.sheets_metadata:
            if meta.typ == SheetTypeEnum.WorkSheet:
                hidden = meta.visible != SheetVisibleEnum.Visible
                sys.stdout.write(json.dumps(_sheet(book, meta.name, hidden)) + "\n")
    except CalamineError as broken:
        return 3 if "password" in str(broken).lower() else 1
    return 0


def _sheet(book: CalamineWorkbook, name: str, hidden: bool) -> dict[str, Any]:
    sheet = book.get_sheet_by_name(name)
    blocks = sheet.merged_cell_ranges or ()
    rows = []
    for row in sheet.to_python(skip_empty_area=False):
        cells = [_cell(value) for value in row]
        while cells and cells[-1] == "":
            cells.pop()
        rows.append(cells)
    merged = [[first[0] + 1, last[0] + 1] for first, last in blocks]
    return {"name": name, "hidden": hidden, "merged": merged, "rows": rows}


def _cell(value: Any) -> str | list[str]:
    """Return a text as it is, anything else as [kind, text]."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return ["bool", "TRUE" if value else "FALSE"]
    if isinstance(value, datetime):
        return ["date", value.isoformat().removesuffix("T00:00:00")]
    if isinstance(value, date):
        return ["date", value.isoformat()]
    if isinstance(value, int | float):
        whole = isinstance(value, int) or value.is_integer()
        return ["number", str(int(value)) if whole else repr(value)]
    return ["error", "#TIME"]


if __name__ == "__main__":
    sys.exit(main())

"""The process that opens one .xls from its standard input and writes its rows as JSON.

Started by `old_workbook_in` and by nobody else. Exit codes: 0 read, 3 protected by a password,
anything else unreadable.
"""

from __future__ import annotations

import io
import json
import resource
import sys

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

MEMORY_BYTES_MAX = 2 * 1024**3
CPU_SECONDS_MAX = 55


def main() -> int:
    """Read standard input, write standard output, and return the exit code."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES_MAX, MEMORY_BYTES_MAX))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS_MAX, CPU_SECONDS_MAX))
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
        names = [
            one.name
            for one in book.sheets_metadata
            if one.typ == SheetTypeEnum.WorkSheet and one.visible == SheetVisibleEnum.Visible
        ]
        if not names:
            return 1
        first = book.get_sheet_by_name(names[0])
        sheet, blocks = first.to_python(skip_empty_area=False), first.merged_cell_ranges or ()
    except CalamineError as broken:
        return 3 if "password" in str(broken).lower() else 1
    rows = []
    for at, row in enumerate(sheet, start=1):
        cells = [_cell(value) for value in row]
        while cells and cells[-1] == "":
            cells.pop()
        if cells:
            rows.append([at, cells])
    merged = [[start[0] + 1, end[0] + 1] for start, end in blocks]
    sys.stdout.write(json.dumps({"rows": rows, "merged": merged}))
    return 0


def _cell(value: object) -> str | list[str]:
    """Return a text as it is, anything else as [kind, text]."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not hasattr(value, "__round__"):
        return ["foreign", str(value)]
    return ["number", repr(value)]


if __name__ == "__main__":
    sys.exit(main())

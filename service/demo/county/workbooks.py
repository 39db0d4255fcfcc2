"""Writing XLSX deliveries that are the same bytes every time."""

import io
import re
import zipfile
from datetime import date, datetime
from pathlib import Path

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.cell_range import CellRange

from service.demo.county.layout import Layout
from service.demo.county.rows.cells import Cell, Row

_ZIP_DATE = (2026, 1, 1, 0, 0, 0)
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")


def write_workbook(
    path: Path, layout: Layout, header: list[str], rows: list[Row], sent_on: date
) -> None:
    """Write a workbook with title, merged rows, header, rows, and notes below a blank row."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(layout.sheet)
    width = len(header)
    top: list[list[Cell]] = []
    merges: list[tuple[int, int, int]] = []
    if layout.title:
        top.append([f"{layout.topic}情况表", *[None] * (width - 1)])
        top.append([f"填报单位：{layout.office}　填报日期：{sent_on:%Y.%m.%d}"])
        merges += [(1, 1, width), (2, 1, width)]
    if layout.groups:
        half = width // 2
        top.append(["基本信息", *[None] * (half - 1), "业务信息", *[None] * (width - half - 1)])
        merges += [(len(top), 1, half), (len(top), half + 1, width)]
    for row, first, last in merges:
        letters = f"{get_column_letter(first)}{row}:{get_column_letter(last)}{row}"
        sheet.merged_cells.add(CellRange(letters))
    for line in [*top, list[Cell](header), *rows]:
        sheet.append(line)
    if layout.notes:
        sheet.append([None] * width)
        for note in layout.notes:
            sheet.append([note])
    book.properties.creator = layout.office
    book.properties.created = datetime(sent_on.year, sent_on.month, sent_on.day)  # noqa: DTZ001
    buffer = io.BytesIO()
    book.save(buffer)
    stamp = f"{sent_on:%Y-%m-%d}T09:00:00Z".encode()
    path.write_bytes(_without_clock(buffer.getvalue(), stamp))


def _without_clock(workbook: bytes, stamp: bytes) -> bytes:
    """Return the workbook with fixed file dates and a fixed time of last change."""
    result = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook)) as source,
        zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            content = source.read(name)
            if name == "docProps/core.xml":
                content = _MODIFIED.sub(rb"\g<1>" + stamp + rb"\g<2>", content)
            entry = zipfile.ZipInfo(name, _ZIP_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            target.writestr(entry, content)
    return result.getvalue()

"""Write the sheet that explains a template: the feed's terms, then every column in both languages."""

from collections.abc import Iterator

from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.worksheet import Worksheet

from service.residents.feeds.definition import Column, Feed
from service.residents.feeds.words import MODES, TYPES

_HEADERS = (
    "列 Column", "必填 Required", "格式 Format", "例 Example", "取值 Codes", "含义", "Meaning",
)  # fmt: skip
_WIDTHS = (24, 14, 44, 22, 48, 44, 56)


def write_notes(sheet: Worksheet, feed: Feed) -> None:
    """Fill an empty sheet; nothing on it can be taken for the feed's table.

    Headers stand numbered, one below the other, and meanings end in a full stop, so that no cell
    of this sheet is a header.
    """
    for row in _terms(feed):
        sheet.append(list(row))
    sheet.append([])
    sheet.append(list(_HEADERS))
    header_row = sheet.max_row
    for number, column in enumerate(feed.columns, start=1):
        sheet.append(list(_row(number, column)))
    for row_no, cells in enumerate(sheet.iter_rows(), start=1):
        for cell in cells:
            cell.number_format = "@"
            cell.alignment = Alignment(vertical="top", wrap_text=row_no >= header_row)
            cell.font = Font(bold=row_no == header_row or cell is cells[0])
    for number, width in enumerate(_WIDTHS):
        sheet.column_dimensions["ABCDEFG"[number]].width = width


def _terms(feed: Feed) -> Iterator[tuple[str, str]]:
    mode = MODES[feed.mode]
    key = "、".join(feed.column(field).header for field in feed.key)
    days, gate = feed.freshness_days, feed.gate_days
    yield "数据源 Feed", f"{feed.code} {feed.zh} {feed.en}"
    yield "部门 Department", f"{feed.department_zh} {feed.department_en}"
    yield "系统 System", f"{feed.system_zh} {feed.system_en}"
    yield "方式 Mode", f"{mode.zh}。{mode.en}."
    yield "时效 Freshness", f"至多 {days} 天报送一次。Deliver at least every {days} days."
    yield "停批 Gate", f"超过 {gate} 天未报送，暂停审批。After {gate} days without, approval stops."
    yield "主键 Key", f"以下各列相同视为同一记录：{key}。Rows with the same key are one record."
    yield "必填 Required", "带 * 的列必填。Columns with an asterisk must be filled."


def _row(number: int, column: Column) -> tuple[str, ...]:
    words, example = TYPES[column.type]
    codes = "\n".join(
        f"{word}：{meaning.en}" if meaning.zh == word else f"{word}：{meaning.zh} {meaning.en}"
        for word, meaning in column.meanings.items()
    )
    return (
        f"{number}. {column.header}",
        "是 Yes" if column.required else "",
        f"{words.zh} {words.en}",
        example or next(iter(column.codes), ""),
        codes,
        f"{column.zh}。",
        f"{column.en}.",
    )

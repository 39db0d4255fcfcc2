"""Make an empty workbook for a department to fill in: right headers, right formats, lists to pick from."""

import io
from pathlib import Path

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from service.foundation.problems import Problem
from service.residents.feeds import Column, Feed
from service.residents.feeds.notes import write_notes
from service.residents.feeds.words import TYPES

_FORMATS = {
    "date": "yyyy-mm-dd", "int": "0", "yuan": "0.00", "mu": "0.000", "sqm": "0.00", "index": "0.00",
}  # fmt: skip
"""Every other type is text, so that a spreadsheet keeps all digits and leading zeros."""
_WIDTHS = {"id": 22, "card": 26, "bankcode": 16, "division": 16, "certificate": 16, "text": 24}
_WIDTH = 14
_ROW_LAST = 1_048_576
_LIST_CHARS_MAX = 255
"""What a spreadsheet program takes as a list written into the rule itself."""
_REQUIRED, _OPTIONAL = (
    PatternFill("solid", fgColor="FBE3D6"),
    PatternFill("solid", fgColor="E8E8E8"),
)


class FileThere(Problem):
    """A file of that name may hold a department's rows already."""

    code = "file_there"
    status = 409
    title = "The file is there already"

    def __init__(self) -> None:
        super().__init__(
            "There is a file of that name already, or its folder cannot be written to; name another.",
            "该文件已存在，或所在文件夹不可写，请换一个文件名。",
        )


def template(feed: Feed) -> bytes:
    """Return an XLSX with the feed's headers and no rows; a second sheet explains every column.

    Required columns carry an asterisk, which the import passes over.
    """
    book = Workbook()
    book.properties.creator = ""
    sheet = book.worksheets[0]
    sheet.title = feed.zh[:31]
    for number, column in enumerate(feed.columns, start=1):
        _write_column(sheet, number, column)
    sheet.row_dimensions[1].height = 30
    sheet.freeze_panes = "A2"
    write_notes(book.create_sheet("填报说明 Notes"), feed)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _write_column(sheet: Worksheet, number: int, column: Column) -> None:
    letter = get_column_letter(number)
    cell = sheet.cell(1, number, f"{column.header}*" if column.required else column.header)
    cell.font = Font(bold=True)
    cell.fill = _REQUIRED if column.required else _OPTIONAL
    cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    cell.number_format = "@"
    cell.comment = Comment(_note(column), "", width=320, height=140)
    dimension = sheet.column_dimensions[letter]
    dimension.number_format = _FORMATS.get(column.type, "@")
    dimension.width = max(_WIDTHS.get(column.type, _WIDTH), 2 * len(column.header) + 4)
    if rule := _rule(column):
        rule.add(f"{letter}2:{letter}{_ROW_LAST}")
        sheet.add_data_validation(rule)


def _note(column: Column) -> str:
    words, example = TYPES[column.type]
    lines = [column.zh, column.en, f"{words.zh} {words.en}"]
    if column.required:
        lines.insert(0, "必填 Required")
    if example:
        lines.append(f"例 Example: {example}")
    return "\n".join(lines)


def _rule(column: Column) -> DataValidation | None:
    """Return the list a cell may be picked from, for codes and for yes or no."""
    words = list(column.codes) if column.type == "code" else ["是", "否"]
    listed = f'"{",".join(words)}"'
    if column.type not in ("code", "bool") or len(listed) > _LIST_CHARS_MAX:
        return None
    rule = DataValidation(type="list", formula1=listed, allow_blank=not column.required)
    rule.errorTitle, rule.error = "取值不在列表中 Not in the list", "、".join(words)
    rule.showErrorMessage = True
    return rule


def write_new(place: Path, content: bytes) -> None:
    """Write a file that is not there yet; raises :class:`FileThere`."""
    try:
        with place.open("xb") as handle:
            handle.write(content)
    except OSError:
        raise FileThere from None

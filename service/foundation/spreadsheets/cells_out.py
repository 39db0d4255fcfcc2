"""Write a cell that is only ever text, whatever it looks like."""

from typing import Any

from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

_CHARS_MAX = 32_767


def plain_cell(sheet: Any, text: str, **style: Any) -> Any:
    """Return a text cell for a write-only sheet: never a formula, digits kept, format ``@``.

    Characters that XML cannot hold are shown as U+FFFD. The workbook's own type "string" and its
    quote prefix keep ``=1+1`` from ever being run; nothing is added to the text, because a
    department sends the same sheet back.
    """
    cell = WriteOnlyCell(sheet, value=ILLEGAL_CHARACTERS_RE.sub("\ufffd", text)[:_CHARS_MAX])
    cell.data_type = "s"
    cell.number_format = "@"
    cell.quotePrefix = True
    for name, value in style.items():
        setattr(cell, name, value)
    return cell

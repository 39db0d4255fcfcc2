"""Write rows as text: delimited, quoted where agreed, or in columns of fixed bytes."""

from __future__ import annotations

from collections.abc import Sequence

from bank_adapters.sheets.profile import Cell, SheetProfile


def render(profile: SheetProfile, rows: Sequence[Sequence[str]]) -> bytes:
    """Return the finished bytes; what does not fit was refused before. Raises UnicodeEncodeError."""
    end = profile.line_end
    return "".join(_line(profile, row) + end for row in rows).encode(profile.file_encoding)


def _line(profile: SheetProfile, row: Sequence[str]) -> str:
    if isinstance(row, str):
        return row
    if profile.by_width:
        columns = profile.written.columns
        return "".join(padded(profile, cell, text) for cell, text in zip(columns, row, strict=True))
    cells = [_quoted(profile, text) for text in row] if profile.quoted else row
    # A line of one cell is a key or a mark and ends as it is.
    end = profile.delimiter if profile.trailing_delimiter and len(row) > 1 else ""
    return profile.delimiter.join(cells) + end


def padded(profile: SheetProfile, cell: Cell, text: str) -> str:
    """Return a text filled up to its column's bytes."""
    missing = cell.width - len(text.encode(profile.file_encoding))
    return cell.pad * missing + text if cell.pad_left else text + cell.pad * missing


def _quoted(profile: SheetProfile, text: str) -> str:
    if profile.delimiter in text or '"' in text:
        return '"' + text.replace('"', '""') + '"'
    return text

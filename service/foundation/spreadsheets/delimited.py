"""Read a delimited text by RFC 4180: quotes, doubled quotes, newlines inside quotes."""

import csv
import io
from collections import Counter
from collections.abc import Iterator

from service.foundation.spreadsheets.cells import Cell, Limits, Row, Sheet, Spreadsheet
from service.foundation.spreadsheets.encodings import Text
from service.foundation.spreadsheets.refusals import (
    CellTooLarge,
    TextBroken,
    TooManyColumns,
    TooManyRows,
)

_DELIMITERS = (",", "\t", ";", "|")
_SAMPLE_CHARS = 64 * 1024
_SAMPLE_ROWS = 40


def read(text: Text, limits: Limits) -> Spreadsheet:
    """Return the one sheet of a delimited text."""
    delimiter = _delimiter(text.sample[:_SAMPLE_CHARS])
    shown = {"\t": "tab"}.get(delimiter, delimiter)
    sheet = Sheet("", lambda: _rows(text, delimiter, limits), square=True)
    return Spreadsheet(f"{text.encoding} {shown}", (sheet,))


def _delimiter(sample: str) -> str:
    """Return the delimiter under which most rows have one and the same width above one."""
    scores = []
    for delimiter in _DELIMITERS:
        widths: Counter[int] = Counter()
        reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
        try:
            for _, cells in zip(range(_SAMPLE_ROWS), reader, strict=False):
                widths[len(cells)] += 1
        except csv.Error:
            pass  # The real reading names the row; here the rows so far are enough.
        width, count = max(
            ((width, count) for width, count in widths.items() if width > 1),
            key=lambda found: (found[1], found[0]),
            default=(1, 0),
        )
        scores.append((count, width))
    return _DELIMITERS[scores.index(max(scores))]


def _rows(text: Text, delimiter: str, limits: Limits) -> Iterator[Row]:
    reader = csv.reader(text.lines(), delimiter=delimiter, strict=True)
    chars_max = limits.cell_chars_max
    row_no = 0
    try:
        for cells in reader:
            row_no += 1
            if row_no > limits.rows_max:
                raise TooManyRows(rows_max=limits.rows_max)
            if len(cells) > limits.columns_max:
                raise TooManyColumns(row=row_no, columns_max=limits.columns_max)
            typed: list[Cell] = cells  # type: ignore[assignment]
            yield row_no, typed
            if max(map(len, cells), default=0) > chars_max:
                raise CellTooLarge(row=row_no, chars_max=chars_max)
    except csv.Error as broken:
        if "field larger" in str(broken):
            raise CellTooLarge(row=row_no + 1, chars_max=chars_max) from None
        reason = str(broken)
        raise TextBroken(row=row_no + 1, line=reader.line_num, reason=reason) from None

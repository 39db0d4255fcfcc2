"""What a reader yields: rows of cells, each cell a text or a typed value with its own digits."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

Kind = Literal["number", "date", "bool", "formula", "error"]


class Typed(NamedTuple):
    """A cell that is not text.

    ``text`` is the number as the file writes it (never through a float), the date as
    ``2026-01-05`` or ``2026-01-05T13:20:00``, ``TRUE``/``FALSE``, the last result of a formula, or
    the error's own name.
    """

    kind: Kind
    text: str


Cell = str | Typed
"""A text cell is a plain ``str``; an empty cell is the empty text."""

Row = tuple[int, list[Cell]]
"""Row number as people see it (from 1, empty rows counted) and its cells from the first column."""


@dataclass(frozen=True)
class Limits:
    """How much of a file is read before it is refused; sizes in bytes of real, inflated content."""

    file_bytes_max: int = 64 * 1024 * 1024
    entries_max: int = 2_000
    entry_bytes_max: int = 320 * 1024 * 1024
    inflated_bytes_max: int = 512 * 1024 * 1024
    ratio_max: int = 200
    """Inflated ÷ compressed; real sheets stay under 60, deflate can reach 1,032."""
    ratio_from_bytes: int = 1024 * 1024
    """Entries below this are never bombs, whatever their ratio."""
    rows_max: int = 1_048_576
    columns_max: int = 256
    cell_chars_max: int = 32_767
    """The most a workbook's cell can hold; a longer cell in a text file is not a table's."""


@dataclass(frozen=True)
class Sheet:
    """One sheet (a text file has one, without a name)."""

    name: str
    rows: Callable[[], Iterator[Row]]
    """Reads from the start each time; raises :class:`FileRefused` when the content breaks."""
    hidden: bool = False
    hidden_rows: int = 0
    merged: tuple[tuple[int, int], ...] = ()
    """First and last row of merged blocks, in order, not overlapping: one value there means several."""
    square: bool = False
    """Every row must have as many cells as the header (RFC 4180); workbooks drop empty cells."""


@dataclass(frozen=True)
class Spreadsheet:
    """A file that passed every check that can be made before its rows are read."""

    encoding: str
    """``xlsx``, or the text encoding and delimiter, for example ``gb18030 ,``."""
    sheets: tuple[Sheet, ...]


def text_of(cell: Cell) -> str:
    """Return a cell as a person would read it."""
    return cell if isinstance(cell, str) else cell.text

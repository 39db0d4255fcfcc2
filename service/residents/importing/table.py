"""Read a table piece by piece: values of the rows that can be believed, faults of the rest."""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import compress, islice

from service.foundation.spreadsheets import Cell, Row, text_of
from service.residents.feeds import Column, Feed
from service.residents.importing.faults import Fault
from service.residents.importing.headers import Layout
from service.residents.importing.reading import NOTHING, Read, Reading, Value
from service.residents.importing.scope import Scope
from service.residents.importing.values import reader_of

_PIECE = 20_000
_MEMO_MAX = 200_000
_NOTE = re.compile("合计|总计|小计|共计|注[:：]|备注[:：]|说明[:：]|(?:填|制)表|经办|审核|联系")
_WORDS = re.compile("[\u4e00-\u9fff]{2}")
_NUMBER = re.compile("[0-9]{15}")
_ALWAYS_NEW = frozenset({"id", "card"})


@dataclass
class Rejected:
    """A row with its faults; ``raw`` is what was delivered, ``values`` what could be read of it."""

    sheet: str
    row_no: int
    faults: list[Fault]
    raw: dict[str, str]
    values: dict[str, Value] = field(default_factory=dict)


@dataclass
class Piece:
    """Some rows of a delivery, by column; every list has one entry a believed row."""

    layout: Layout
    row_nos: list[int]
    columns: dict[str, list[Value]]
    rejected: list[Rejected]
    returned: list[str]
    """The number under which each row had been given back, empty for an ordinary delivery."""


@dataclass
class Tally:
    """What was counted over all pieces."""

    rows_total: int = 0
    notices: Counter[str] = field(default_factory=Counter)
    filled: Counter[str] = field(default_factory=Counter)


class _Memo(dict[Cell, Reading]):
    """Cells repeat: codes, dates, divisions and names are read once each, within bounds."""

    def __init__(self, read: Read) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, cell: Cell) -> Reading:
        if len(self) >= _MEMO_MAX:
            self.clear()
        reading = self[cell] = self._read(cell)
        return reading


ReadCells = Callable[[list[Cell]], list[Reading]]


def _column_reader(column: Column, today: date) -> ReadCells:
    read = reader_of(column, today)
    if column.type in _ALWAYS_NEW:
        return lambda cells: list(map(read, cells))
    memo = _Memo(read)
    return lambda cells: [memo[cell] for cell in cells]


def read_pieces(
    layouts: Sequence[Layout], feed: Feed, today: date, scope: Scope, tally: Tally
) -> Iterator[Piece]:
    """Yield all rows below the headers; raises :class:`FileRefused` if a sheet breaks midway.

    Never more than one piece is in memory, however long the table is.
    """
    readers = {column.field: _column_reader(column, today) for column in feed.columns}
    for layout in layouts:
        tally.notices["rows_hidden"] += layout.sheet.hidden_rows
        waiting = data_rows(layout)
        while rows := list(islice(waiting, _PIECE)):
            yield _read_piece(rows, layout, feed, readers, scope, tally)


def data_rows(layout: Layout) -> Iterator[Row]:
    """Yield the rows below the header that are records: neither empty nor a note or total."""
    for row_no, cells in layout.sheet.rows():
        if row_no > layout.header_row and not is_note(cells):
            yield row_no, cells


def is_note(cells: Sequence[Cell]) -> bool:
    """Return whether a row is empty, or words under a table: one sentence, a total, a signature.

    A row with one cell of Chinese words cannot be a record of any feed; with more cells, only the
    words that people put under tables make it a note.
    """
    if len(cells) > 3 and all(cells[:4]):
        return False
    texts = (text for cell in cells if cell and (text := text_of(cell).strip()))
    said = list(islice(texts, 4))
    if len(said) > 3:
        return False
    if not said:
        return True
    if len(said) == 1 and _WORDS.search(said[0]) and not _NUMBER.search(said[0]):
        return True
    return _NOTE.match(said[0]) is not None


def raw_of(layout: Layout, cells: Sequence[Cell]) -> dict[str, str]:
    """Return header → text as delivered; columns without a header are numbered."""
    raw: dict[str, str] = {}
    for position, cell in enumerate(cells):
        header = layout.headers[position].strip() if position < len(layout.headers) else ""
        name = header if header and header not in raw else f"{header}#{position + 1}"
        raw[name] = text_of(cell)
    return raw


def _read_piece(
    rows: list[Row],
    layout: Layout,
    feed: Feed,
    readers: dict[str, ReadCells],
    scope: Scope,
    tally: Tally,
) -> Piece:
    count = len(rows)
    faults = _shape_faults(rows, layout)
    squared = _squared([cells for _, cells in rows], len(layout.headers))
    values: dict[str, list[Value]] = {}
    for column in feed.columns:
        position = layout.positions.get(column.field)
        if position is None:
            readings = [NOTHING] * count
        else:
            readings = readers[column.field]([row[position] for row in squared])
        values[column.field] = [reading[0] for reading in readings]
        for number, reading in enumerate(readings):
            if reading[1]:
                fault = Fault(column.header, reading[1], reading[2])
                faults.setdefault(number, []).append(fault)
            elif reading[3]:
                tally.notices.update(reading[3])
    _check_order(feed, values, faults)
    for number in scope.strangers(feed, values):
        faults.setdefault(number, []).append(Fault("", "other_place"))
    tally.rows_total += count
    return _sorted_out(rows, layout, values, faults)


def _sorted_out(
    rows: list[Row], layout: Layout, values: dict[str, list[Value]], faults: dict[int, list[Fault]]
) -> Piece:
    good = [number not in faults for number in range(len(rows))]
    at = layout.return_position
    returned = [
        "" if at is None or at >= len(row[1]) else text_of(row[1][at]).strip()
        for row in compress(rows, good)
    ]
    columns = {
        name: list(compress(column, good)) if faults else column for name, column in values.items()
    }
    rejected = []
    for number in sorted(faults):
        row_no, cells = rows[number]
        told = {name: column[number] for name, column in values.items()}
        raw = raw_of(layout, cells)
        rejected.append(Rejected(layout.sheet.name, row_no, faults[number], raw, told))
    row_nos = [row[0] for row in compress(rows, good)]
    return Piece(layout, row_nos, columns, rejected, returned)


def _squared(rows: list[list[Cell]], width: int) -> list[list[Cell]]:
    return [cells if len(cells) >= width else cells + [""] * (width - len(cells)) for cells in rows]


def _shape_faults(rows: list[Row], layout: Layout) -> dict[int, list[Fault]]:
    """Return the faults of rows that are ragged (text files) or part of a merged block."""
    faults: dict[int, list[Fault]] = {}
    width = len(layout.headers)
    if layout.sheet.square:
        for number, (_, cells) in enumerate(rows):
            if len(cells) != width and (len(cells) < width or any(cells[width:])):
                faults[number] = [Fault("", "row_ragged", f"{len(cells)} ≠ {width}")]
    if layout.sheet.merged:
        starts = [first for first, _ in layout.sheet.merged]
        for number, (row_no, _) in enumerate(rows):
            block = bisect_right(starts, row_no) - 1
            if block >= 0 and row_no <= layout.sheet.merged[block][1]:
                faults[number] = [Fault("", "cell_merged")]
    return faults


def _check_order(
    feed: Feed, values: dict[str, list[Value]], faults: dict[int, list[Fault]]
) -> None:
    for first, second in feed.in_order:
        detail = f"{feed.column(first).header} – {feed.column(second).header}"
        pairs = zip(values[first], values[second], strict=True)
        for number, (one, other) in enumerate(pairs):
            # Dates are ISO texts here, so their order is the order of the texts.
            if isinstance(one, str) and isinstance(other, str) and other < one:
                faults.setdefault(number, []).append(Fault("", "dates_reversed", detail))

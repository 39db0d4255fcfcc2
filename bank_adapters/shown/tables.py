"""Show rows of a bank's own table: a workbook is read no further than the last row that is asked for."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from typing import NamedTuple

from bank_adapters.sheets import old_workbook_in, workbook_in
from bank_adapters.sheets.answer import begins
from bank_adapters.sheets.archive_in import Archive, ArchiveRefused
from bank_adapters.sheets.profile import Cell, Line, SheetProfile
from bank_adapters.sheets.rows import Row
from bank_adapters.sheets.table_in import OLE, ZIP
from bank_adapters.sheets.text_in import by_width
from bank_adapters.shown.masks import MEANINGS, PLAIN, IsOurs, masked
from bank_adapters.shown.seen import Place, SeenCell

# What a fault without a field is about.
ABOUT = {
    "reference_malformed": "reference",
    "reference_twice": "reference",
    "status_unknown": "result",
    "mojibake": "reason",
    "lines_alike": "account_no",
}
SHAPELESS = frozenset({"columns_differ", "header_missing"})
"""Faults after which nobody knows what stands in which column of any row."""


class Ask(NamedTuple):
    """Which rows are wanted of which file, and what is wrong in them."""

    lines: Collection[int]
    places: Sequence[Place]
    is_ours: IsOurs
    is_shapeless: bool = False


def columns(profile: SheetProfile) -> tuple[str, ...]:
    """Return the columns' titles as the bank writes them."""
    return tuple(cell.name for cell in profile.answered.columns)


def rows_of(
    profile: SheetProfile, content: bytes, ask: Ask
) -> Iterator[tuple[int, list[SeenCell]]]:
    """Yield (line, cells) of the wanted rows; nothing of what is no table."""
    head = len(profile.answered.header) + profile.answered.titled
    for place, row in enumerate(_rows(profile, content, max(ask.lines, default=0))):
        if row.line in ask.lines:
            yield row.line, _cells(profile, row, place, head, ask)


def _rows(profile: SheetProfile, content: bytes, last: int) -> Iterator[Row]:
    if profile.packed:
        try:
            content = Archive(content).only_file()
        except ArchiveRefused:
            return
    if not profile.in_sheet:
        yield from _text_rows(profile, content, last)
    elif content.startswith(OLE):
        yield from (one for one in old_workbook_in.rows_of(content).rows if one.line <= last)
    elif content.startswith(ZIP):
        yield from workbook_in.rows_through(content, last)


def _text_rows(profile: SheetProfile, content: bytes, last: int) -> Iterator[Row]:
    if b"\0" in content[:4096]:
        return
    text = content.decode(profile.file_encoding, errors="replace").replace("\r\n", "\n")
    lines = islice(text.removesuffix("\n").split("\n"), last)
    if profile.quoted:
        with suppress(csv.Error):
            reader = csv.reader(lines, delimiter=profile.delimiter)
            yield from (Row(reader.line_num, cells, "") for cells in reader)
        return
    for at, line in enumerate(lines, start=1):
        yield Row(at, _cut(profile, line), line)


def _cut(profile: SheetProfile, line: str) -> list[str]:
    if profile.by_width:
        cells = by_width(profile, profile.answered.columns, line)
        return cells if len(cells) > 1 else _cut_anyhow(profile, line)
    cells = line.split(profile.delimiter)
    if profile.trailing_delimiter and len(cells) > 1 and not cells[-1]:
        cells.pop()
    return cells


def _cut_anyhow(profile: SheetProfile, line: str) -> list[str]:
    """Cut a line of the wrong length where its columns should end: one too few, or one too many."""
    data, cells = line.encode(profile.file_encoding, errors="replace"), []
    for width in [cell.width for cell in profile.answered.columns] + [len(data)]:
        if data:
            cells.append(data[:width].decode(profile.file_encoding, errors="replace"))
            data = data[width:]
    short = len(cells) == len(profile.answered.columns)
    return [*cells, ""] if short else cells


def _cells(profile: SheetProfile, row: Row, place: int, head: int, ask: Ask) -> list[SeenCell]:
    shape = profile.answered
    wrong = [one for one in ask.places if one.line == row.line]
    once = _once(profile, row, place)
    is_payment = once is None and (place >= head or not shape.titled)
    cells: Sequence[Cell] = shape.columns if is_payment else once.cells if once else ()
    fits = len(row.cells) == len(cells) or (profile.in_sheet and len(row.cells) < len(cells))
    is_shapeless = not fits or (ask.is_shapeless and is_payment)
    texts = list(row.cells) + [""] * (len(cells) - len(row.cells) if fits else 0)
    known = _known(profile)
    found = []
    for at, text in enumerate(texts):
        cell = cells[at] if fits and at < len(cells) else None
        meaning = MEANINGS.get(cell.value, PLAIN) if cell and not is_shapeless else PLAIN
        begin = cell.prefix if cell and str(text).startswith(cell.prefix) else ""
        shown = begin + masked(str(text)[len(begin) :], meaning, ask.is_ours, known=known)
        column = shape.columns[at].name if at < len(shape.columns) else ""
        # Of a row with other columns than agreed its end is wrong, wherever the mistake began.
        is_end = cell is None and is_payment and at == len(texts) - 1 and bool(wrong)
        is_wrong = is_end or (cell is not None and _is_meant(cell, wrong))
        found.append(SeenCell(column, shown, is_wrong))
    return found


def _once(profile: SheetProfile, row: Row, place: int) -> Line | None:
    """Return the line of the header or trailer that a row is."""
    shape = profile.answered
    if place < len(shape.header):
        return shape.header[place]
    return next((line for line in shape.trailer if begins(row, line)), None)


def _is_meant(cell: Cell, wrong: Sequence[Place]) -> bool:
    return any(
        one.field == cell.name if one.field else ABOUT.get(one.code) == cell.value for one in wrong
    )


def _known(profile: SheetProfile) -> frozenset[str]:
    """Return the bank's own words, which name nobody."""
    shape = profile.answered
    lines = (*shape.header, *shape.trailer)
    cells = [*shape.columns, *(cell for line in lines for cell in line.cells)]
    return frozenset(
        [
            *profile.results,
            *(phrase for phrase, _ in profile.reasons),
            *(line.raw for line in lines),
            *(title for cell in cells for title in (cell.name, cell.literal, *cell.titles)),
        ]
    )

"""Lay a kept file out around its faults, a few at a time, as pages and programs show it.

Nothing that was personal is kept with a fault, so the cells are read from the sealed bytes when
somebody looks, and masked before they leave the adapters.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from bank_adapters import BankAdapter, UnknownProfile, adapter_for
from bank_adapters.shown.excerpt import excerpt
from bank_adapters.shown.seen import NOTHING, Excerpt, Place, SeenRow
from bank_adapters.shown.shapes import UNSAID, shape_of
from service.foundation.ids import number_of
from service.ledger.models import BankChannel
from service.reconciliation.keep import content_of
from service.reconciliation.models import InboundFile

LINES_A_PAGE = 20
"""Faulty lines; each comes with its neighbours."""


@dataclass(frozen=True)
class Note:
    """One fault: its stable code, its sentence, and what would have been right ("" where that is all)."""

    code: str
    field: str
    sentence: str
    sentence_zh: str
    shape: str
    shape_zh: str
    is_fatal: bool


@dataclass(frozen=True)
class SheetCell:
    """One cell of a table under its column, or one piece of a line of text."""

    column: str
    text: str
    is_wrong: bool


@dataclass(frozen=True)
class SheetRow:
    """One row; ``at`` is the character of a long line where the shown piece has its fault."""

    line: int
    at: int
    cells: Sequence[SheetCell]
    notes: Sequence[Note]
    is_after_gap: bool


@dataclass(frozen=True)
class Sheet:
    """``kind``: table, text or nothing. ``about``: faults that name no line of it."""

    kind: str
    columns: Sequence[str]
    rows: Sequence[SheetRow]
    about: Sequence[Note]
    number: int
    pages: int
    total: int
    """Lines with faults."""


def sheet_of(session: Session, file: InboundFile, *, number: int = 1) -> Sheet:
    """Return one page of a file's faulty lines; the first rows where no fault names a line."""
    by_line = _by_line(file.faults)
    lines = sorted(by_line)
    pages = max(1, -(-len(lines) // LINES_A_PAGE))
    number = min(number, pages)
    here = lines[(number - 1) * LINES_A_PAGE : number * LINES_A_PAGE]
    adapter = _adapter(session, file)
    notes = {line: [_note(adapter, file, one) for one in by_line[line]] for line in here}
    found = _excerpt(adapter, file, [place for line in here for place in _places(by_line[line])])
    return Sheet(
        kind=found.kind,
        columns=found.columns,
        # A neighbour that is wrong itself stands on its own page, marked.
        rows=_rows(
            [one for one in found.rows if one.line in notes or one.line not in by_line], notes
        ),
        about=[_note(adapter, file, one) for one in file.faults if not one["line"]],
        number=number,
        pages=pages,
        total=len(lines),
    )


def page_of(faults: Sequence[Mapping[str, Any]]) -> dict[int, int]:
    """Return on which page each faulty line stands."""
    return {line: at // LINES_A_PAGE + 1 for at, line in enumerate(sorted(_by_line(faults)))}


def _by_line(faults: Sequence[Mapping[str, Any]]) -> dict[int, list[Mapping[str, Any]]]:
    found: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
    for one in faults:
        if one["line"]:
            found[one["line"]].append(one)
    return found


def _places(faults: Sequence[Mapping[str, Any]]) -> list[Place]:
    return [Place(one["line"], one["field"], one["code"]) for one in faults]


def _adapter(session: Session, file: InboundFile) -> BankAdapter | None:
    try:
        return adapter_for(session.get_one(BankChannel, file.channel_id).profile)
    except UnknownProfile:
        return None


def _excerpt(adapter: BankAdapter | None, file: InboundFile, places: Sequence[Place]) -> Excerpt:
    if adapter is None:
        return NOTHING
    return excerpt(
        adapter,
        content_of(file),
        places,
        is_message=bool(file.message) or file.kind == "statement",
        is_ours=lambda word: number_of(word) is not None,
        codes=[one["code"] for one in file.faults],
    )


def _note(adapter: BankAdapter | None, file: InboundFile, fault: Mapping[str, Any]) -> Note:
    is_message = bool(file.message) or file.kind == "statement"
    shape = shape_of(adapter, fault["code"], is_message=is_message) if adapter else UNSAID
    return Note(
        code=fault["code"],
        field=fault["field"],
        sentence=fault["sentence"],
        sentence_zh=fault["sentence_zh"],
        shape=shape.en,
        shape_zh=shape.zh,
        is_fatal=fault["fatal"],
    )


def _rows(found: Sequence[SeenRow], notes: Mapping[int, Sequence[Note]]) -> list[SheetRow]:
    rows, last = [], 0
    for one in found:
        said = _said(one, notes)
        cells = [SheetCell(cell.name, cell.text, cell.is_wrong) for cell in one.cells]
        rows.append(SheetRow(one.line, one.at, cells, said, one.line > last + 1))
        last = one.line
    return rows


def _said(row: SeenRow, notes: Mapping[int, Sequence[Note]]) -> list[Note]:
    """Return the notes of what is marked in a row, each once, wherever its line begins."""
    return [
        note
        for line in dict.fromkeys(place.line for place in row.places)
        for note in notes.get(line, ())
        if (note.code, note.field)
        in {(one.code, one.field) for one in row.places if one.line == line}
    ]

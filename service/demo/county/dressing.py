"""Dressing plain rows in a department's layout: dates, column order, extra columns."""

from collections.abc import Callable
from datetime import date

from service.demo.county.columns import COLUMNS
from service.demo.county.layout import Layout
from service.demo.county.rows.cells import Cell, Row

DATE_SHAPES: dict[str, str] = {
    "iso": "{0.year:04d}-{0.month:02d}-{0.day:02d}",
    "slash": "{0.year}/{0.month}/{0.day}",
    "compact": "{0.year:04d}{0.month:02d}{0.day:02d}",
    "chinese": "{0.year}年{0.month}月{0.day}日",
}


def spell_date(day: date, shape: str) -> str:
    """Return a date in one of the shapes departments type."""
    return DATE_SHAPES[shape].format(day)


def _date_speller(shape: str) -> Callable[[Cell], Cell]:
    """Return a converter that remembers what it has spelled."""
    known: dict[date, str] = {}

    def spell(cell: Cell) -> Cell:
        if not isinstance(cell, date):
            return cell
        if cell not in known:
            known[cell] = spell_date(cell, shape)
        return known[cell]

    return spell


def dress(feed: str, layout: Layout, rows: list[Row], kind: str) -> tuple[list[str], list[Row]]:
    """Return the header and the rows as the file will show them.

    Dates stay real dates only in workbooks of departments that use date cells.
    """
    columns = COLUMNS[feed]
    # Columns that a department took on later stand behind those it had.
    order = (*layout.order, *(p for p in range(len(columns)) if p not in layout.order))
    header = [layout.renames.get(columns[p].header, columns[p].header) for p in order]
    shape = "iso" if layout.dates in {"cell", "mixed"} else layout.dates
    keep_cells = kind == "xlsx" and layout.dates in {"cell", "mixed"}
    spell = _date_speller(shape)
    by_column = list(zip(*rows, strict=True)) if rows else [() for _ in columns]
    shown: list[tuple[Cell, ...]] = []
    for position in order:
        cells: tuple[Cell, ...] = by_column[position]
        if columns[position].kind == "date" and not keep_cells:
            cells = tuple(map(spell, cells))
        shown.append(cells)
    for name, values in layout.extras:
        header.append(name)
        cycle = values * (len(rows) // len(values) + 1)
        shown.append(cycle[: len(rows)])
    return header, [list(row) for row in zip(*shown, strict=True)]

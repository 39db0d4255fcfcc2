"""What is shown of a file: rows of cells, some of them marked, masked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Place(NamedTuple):
    """Where a fault is: its line, its field as the fault names it, its code."""

    line: int
    field: str
    code: str


class SeenCell(NamedTuple):
    """One cell, or one piece of a line of text; ``name`` is its column's or its field's."""

    name: str
    text: str
    is_wrong: bool = False


class SeenRow(NamedTuple):
    """One row of the file. ``at`` is the character of the line where a piece begins, 0: the whole line."""

    line: int
    cells: Sequence[SeenCell]
    places: Sequence[Place] = ()
    at: int = 0


class Excerpt(NamedTuple):
    """``kind`` is table, text or nothing; a table's columns as the bank names them."""

    kind: str
    columns: Sequence[str]
    rows: Sequence[SeenRow]


NOTHING = Excerpt("nothing", (), ())

"""What every container is turned into before it is judged: rows of cells with their numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from bank_adapters.contract import Fault
from bank_adapters.faults import fault


class Number(str):
    """A cell that is a number: right for an amount; an account number in it has lost digits."""

    __slots__ = ()


class Formula(str):
    """A cell whose text was computed; nobody knows from what."""

    __slots__ = ()


class Foreign(str):
    """A date, a truth value or an error: nothing a bank's table has."""

    __slots__ = ()


class Row(NamedTuple):
    """One row: its line in the text or row in the sheet, and its cells from the left."""

    line: int
    cells: Sequence[str]
    raw: str = ""


class Table(NamedTuple):
    """All rows that hold something, what was wrong with the container, and merged rows (from, to)."""

    rows: Sequence[Row]
    faults: Sequence[Fault] = ()
    merged: Sequence[tuple[int, int]] = ()


def refused(code: str, *, line: int | None = None, detail: str = "") -> Table:
    """Return a table of nothing but the fault that makes reading pointless."""
    return Table((), (fault(code, line=line, detail=detail),))

"""What reading one cell gives: a value, or a fault; never a guess."""

from collections.abc import Callable
from typing import NamedTuple

from service.foundation.spreadsheets import Cell, Typed

Value = str | int | bool | None


class Reading(NamedTuple):
    """What a cell says: a value, or a fault's code with a detail; and what was smoothed."""

    value: Value
    fault: str = ""
    detail: str = ""
    notices: tuple[str, ...] = ()


Read = Callable[[Cell], Reading]
NOTHING = Reading(None)
MISSING = Reading(None, "value_missing")
SPACES = " \t\u00a0\u3000"


def trimmed(text: str) -> tuple[str, tuple[str, ...]]:
    """Return a text without spaces around it, and the notice if there were any."""
    bare = text.strip(SPACES)
    return bare, (() if bare == text else ("spaces_trimmed",))


def as_written(cell: Cell) -> str:
    """Return the text of a text cell; a typed cell gives nothing that any text reader accepts."""
    return "" if isinstance(cell, Typed) else cell

"""What components are given: small frozen values, never rows of the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Tone = Literal["", "ok", "warn", "bad", "now"]
""""" is neutral; the tone only colours, the words always say it too."""

Kind = Literal["text", "money", "number", "day", "moment", "name", "code"]
"""How a column writes its values: money is whole fen, name is masked, code is in fixed width."""


@dataclass(frozen=True)
class Tag:
    """A state as an adjective."""

    text: str
    tone: Tone = ""


@dataclass(frozen=True)
class Link:
    """Somewhere to go."""

    text: str
    href: str


@dataclass(frozen=True)
class Figure:
    """One large number; ``value`` is already written as it is shown."""

    label: str
    value: str
    unit: str = ""
    note: str = ""
    href: str = ""
    tone: Tone = ""


@dataclass(frozen=True)
class Step:
    """One step of a batch's way; ``note`` is e.g. ``1/2`` or a day."""

    label: str
    state: Literal["done", "now", "later", "stopped"]
    note: str = ""


@dataclass(frozen=True)
class Event:
    """One thing that happened."""

    at: datetime
    who: str
    what: str
    note: str = ""
    tone: Tone = ""


@dataclass(frozen=True)
class Column:
    """A column; ``unit`` is said in its header, ``sort`` is the name it has in the address."""

    label: str
    kind: Kind = "text"
    unit: str = ""
    sort: str = ""

    @property
    def is_figure(self) -> bool:
        return self.kind in ("money", "number")


Cell = str | int | date | Tag | Link | None


@dataclass(frozen=True)
class Row:
    """A row; the first cell is its header, linked when ``href`` is given."""

    cells: Sequence[Cell]
    href: str = ""
    key: str = ""
    """What its checkbox sends."""
    tone: Tone = ""


@dataclass(frozen=True)
class Option:
    """One choice of a field."""

    value: str
    label: str
    hint: str = ""


@dataclass(frozen=True)
class Bar:
    """One bar of a chart; ``shown`` is its value as people read it."""

    label: str
    value: int
    shown: str
    tone: Tone = ""


@dataclass(frozen=True)
class Fault:
    """What is wrong with one field or one place of a file; ``field`` links to the input."""

    sentence: str
    field: str = ""
    href: str = ""

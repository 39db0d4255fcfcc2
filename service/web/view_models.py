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


@dataclass(frozen=True)
class Spark:
    """A line as small as a word, for a cell of a table; ``said`` is what it shows."""

    points: str
    said: str


Cell = str | int | date | Tag | Link | Spark | None


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


@dataclass(frozen=True)
class Block:
    """A rectangle of a picture, in thousandths of its plot; ``said`` is read when it is pointed at."""

    x: int
    y: int
    width: int
    height: int
    look: str = ""
    said: str = ""


@dataclass(frozen=True)
class Stroke:
    """A line of a picture: ``points`` are ``x,y`` in thousandths, as SVG writes them."""

    points: str
    look: str = ""


@dataclass(frozen=True)
class Word:
    """Words in a picture at a place in thousandths; they keep the size of text, however wide the picture."""

    x: int
    y: int
    text: str
    anchor: Literal["start", "middle", "end"] = "start"
    look: str = ""


@dataclass(frozen=True)
class Sign:
    """What a number or letter drawn in a picture stands for."""

    mark: str
    text: str
    look: str = ""


@dataclass(frozen=True)
class Picture:
    """A drawing with the same numbers in a table; `service.web.pictures` makes it, `ui.picture` draws it."""

    name: str
    """Its id on the page."""
    title: str
    told: str
    """What it shows, in a sentence, for whoever does not look."""
    unit: str
    rows_high: int
    """How many lines of text it is high."""
    columns: Sequence[Column]
    rows: Sequence[Row]
    blocks: Sequence[Block] = ()
    strokes: Sequence[Stroke] = ()
    words: Sequence[Word] = ()
    signs: Sequence[Sign] = ()
    note: str = ""
    href: str = ""
    """Where the numbers are a file."""


@dataclass(frozen=True)
class Tile:
    """One place of a grid: its shade is one of five, and its words say the same."""

    name: str
    shown: str
    note: str = ""
    shade: int = 0
    href: str = ""

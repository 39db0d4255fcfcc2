"""What a feed is: columns with types, a key, a mode and limits; frozen once loaded."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

Type = Literal[
    "id", "name", "date", "text", "code", "int", "yuan", "mu", "sqm", "bool", "division", "card", "bankcode"
]  # fmt: skip
TYPES: frozenset[str] = frozenset(get_args(Type))
SECRET_TYPES = frozenset({"name", "card"})
"""Kept as a blind index only (``<field>_index``); names and accounts have tables of their own."""

Mode = Literal["full", "incremental"]
Kind = Literal["hukou", "assist", "land"]


@dataclass(frozen=True)
class Column:
    """One column: how it is headed, what it may hold, and the field it becomes.

    ``yuan`` becomes whole fen, ``mu`` thousandths of a 亩, ``sqm`` hundredths of a square metre,
    ``id`` a person id; ``minimum`` and ``maximum`` are in the unit that is kept.
    """

    field: str
    header: str
    type: Type
    zh: str
    en: str
    aliases: tuple[str, ...] = ()
    codes: Mapping[str, str | int] = dataclasses.field(default_factory=dict)
    """Word as delivered → value as kept."""
    required: bool = False
    secret: bool = False
    past: bool = False
    """The date may not be in the future."""
    register_no: bool = False
    """A register's own long number, which may look like an ID number and is none."""
    minimum: int | None = None
    maximum: int | None = None

    @property
    def kept_as(self) -> str:
        """Return the name of the field in a record's data."""
        if self.type == "id":
            return f"{self.field}_person_id"
        if self.secret or self.type in SECRET_TYPES:
            return f"{self.field}_index"
        return self.field


@dataclass(frozen=True)
class Household:
    """Which households a feed names, and by which field."""

    kind: Kind
    field: str


@dataclass(frozen=True)
class Limits:
    """When a whole delivery is not believed."""

    fault_ratio_bp: int
    """Share of rejected rows, in hundredths of a percent, above which nothing is imported."""
    rows_max: int


@dataclass(frozen=True)
class Feed:
    """One department's table."""

    code: str
    department_zh: str
    department_en: str
    zh: str
    en: str
    mode: Mode
    """``full``: what is absent is gone. ``incremental``: what is absent is unchanged."""
    freshness_days: int
    key: tuple[str, ...]
    limits: Limits
    columns: tuple[Column, ...]
    household: Household | None = None
    in_order: tuple[tuple[str, str], ...] = ()
    """Pairs of dates of which the first may not be after the second."""

    def column(self, name: str) -> Column:
        """Return a column by its field."""
        return next(column for column in self.columns if column.field == name)

    @property
    def has_person(self) -> bool:
        return any(column.field == "person" for column in self.columns)

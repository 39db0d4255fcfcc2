"""What a feed is: columns with types, a key, a mode, limits and the facts it tells; frozen once loaded."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

Type = Literal[
    "id", "certificate", "name", "date", "month", "text", "code", "int", "yuan", "mu", "sqm", "index", "bool",
    "division", "card", "bankcode",
]  # fmt: skip
TYPES: frozenset[str] = frozenset(get_args(Type))
PERSON_TYPES = frozenset({"id", "certificate"})
"""Lead to a person: an ID number, or a birth certificate's number while there is no ID number."""
SECRET_TYPES = frozenset({"name", "card"})
"""Kept as a blind index only (``<field>_index``); names and accounts have tables of their own."""

SINCE_DELIVERY, ALWAYS = "", "always"
"""Since when a value holds of which its record names no event: its delivery's day, or any time."""

Mode = Literal["full", "incremental"]
Kind = Literal["hukou", "assist", "land"]


@dataclass(frozen=True)
class Meaning:
    """What a word of a closed list means, in both languages."""

    zh: str
    en: str


@dataclass(frozen=True)
class Column:
    """One column: how it is headed, what it may hold, and the field it becomes.

    ``yuan`` becomes whole fen, ``mu`` thousandths of a 亩, ``sqm`` hundredths of a square metre,
    ``index`` hundredths of a point (of a percentage: basis points), ``month`` the text ``YYYY-MM``,
    ``id`` and ``certificate`` a person id; ``minimum`` and ``maximum`` are in the unit that is kept.
    """

    field: str
    header: str
    type: Type
    zh: str
    en: str
    aliases: tuple[str, ...] = ()
    codes: Mapping[str, str | int] = dataclasses.field(default_factory=dict)
    """Word as delivered → value as kept."""
    meanings: Mapping[str, Meaning] = dataclasses.field(default_factory=dict)
    """Word as delivered → what it means, for people."""
    required: bool = False
    secret: bool = False
    past: bool = False
    """The date may not be in the future."""
    register_no: bool = False
    """A register's own long number, which may look like an ID number and is none."""
    minimum: int | None = None
    maximum: int | None = None

    @property
    def leads_to_person(self) -> bool:
        return self.type in PERSON_TYPES

    @property
    def kept_as(self) -> str:
        """Return the name of the field in a record's data."""
        if self.leads_to_person:
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
    """When a whole delivery is not believed before somebody has looked at it."""

    fault_ratio_bp: int
    """Share of rejected rows, in hundredths of a percent, above which nothing is imported."""
    rows_max: int
    shrink_bp: int = 5000
    """Share of the records now known, in hundredths of a percent, that one delivery may end."""
    grow_times: int = 5
    """How many times the rows of the deliveries before it a delivery may have."""


@dataclass(frozen=True)
class FactSource:
    """That the feed tells a fact: from which columns, and before or after which other feeds."""

    fact: str
    columns: tuple[str, ...]
    precedence: int = 1
    """1 is asked first; no two feeds have the same precedence for one fact."""


@dataclass(frozen=True)
class Feed:
    """One department's table."""

    code: str
    department_zh: str
    department_en: str
    system_zh: str
    """The department's own system that the table is taken from."""
    system_en: str
    zh: str
    en: str
    mode: Mode
    """``full``: what is absent is gone. ``incremental``: what is absent is unchanged."""
    freshness_days: int
    """How old the last delivery may be when all is well."""
    gate_days: int
    """How old it may be before nothing that depends on it is approved without a waiver."""
    key: tuple[str, ...]
    limits: Limits
    columns: tuple[Column, ...]
    household: Household | None = None
    in_order: tuple[tuple[str, str], ...] = ()
    """Pairs of dates of which the first may not be after the second."""
    valid_from: str = ""
    """The date field that says since when a record is true; empty if none does."""
    valid_to: str = ""
    """The date field that says until when it is true."""
    no_later: str = ""
    """A date field: where it is earlier than ``valid_from``, the record counts as true since then."""
    undated: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    """Event → columns that hold since its day where the record names a new one, else since the
    delivery that first said them; ``SINCE_DELIVERY`` stands for no event. All others: always."""
    event: bool = False
    """Silence about a person means that it did not happen."""
    jurisdiction: tuple[str, ...] = ()
    """Fields of divisions, one of which must lie in the county if any is named."""
    sensitive: bool = False
    """Shown to officers only with a reason, which is audited."""
    facts: tuple[FactSource, ...] = ()

    def column(self, name: str) -> Column:
        """Return a column by its field."""
        return next(column for column in self.columns if column.field == name)

    @property
    def has_person(self) -> bool:
        return any(column.field == "person" for column in self.columns)

    def facts_of(self, field: str) -> tuple[str, ...]:
        """Return the facts that depend on a column."""
        return tuple(source.fact for source in self.facts if field in source.columns)

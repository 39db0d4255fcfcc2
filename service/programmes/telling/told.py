"""An explanation in one language, as it is laid out on pages, letters and terminals."""

from collections.abc import Mapping
from dataclasses import dataclass

from service.web.view_models import Tag


@dataclass(frozen=True)
class ValueTold:
    """A value in words; ``sources`` says who said it and when, ``trace`` in which delivery and row."""

    text: str
    sources: tuple[str, ...]
    trace: tuple[str, ...]


@dataclass(frozen=True)
class ConditionTold:
    """One condition in words."""

    id: str
    sentence: str
    state: str
    tag: Tag
    values: tuple[ValueTold, ...]
    change: str
    ask: str


@dataclass(frozen=True)
class AmountTold:
    """The arithmetic in words; ``tag`` is how far its figures can be trusted."""

    rule: str
    tag: Tag
    lines: tuple[str, ...]
    values: tuple[ValueTold, ...]
    doubt: str


@dataclass(frozen=True)
class LawTold:
    """A law with how far its citation can be trusted."""

    text: str
    tag: Tag


@dataclass(frozen=True)
class Told:
    """A whole explanation in one language."""

    language: str
    code: str
    name: str
    period: str
    headings: Mapping[str, str]
    """What the sections are called: conditions, amount, ways, laws, basis."""
    outcome: str
    tag: Tag
    lead: str
    conditions: tuple[ConditionTold, ...]
    amount: AmountTold | None
    ways: tuple[str, ...]
    """What alone would bring about payment: one fact, or waiting; each was tried."""
    laws: tuple[LawTold, ...]
    basis: tuple[tuple[str, str], ...]
    department: str
    is_sensitive: bool
    hides: bool
    """Whether a value or a source of the most sensitive feeds is not written out."""

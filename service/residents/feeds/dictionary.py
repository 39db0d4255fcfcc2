"""Explain a feed to a reader: every column with its meaning, its codes and the facts that rest on it."""

from dataclasses import dataclass

from service.residents.feeds import Feed, proofs, sources_of
from service.residents.feeds.definition import Column, FactSource, Type
from service.residents.feeds.words import HOUSEHOLDS, MODES, TYPES, Language


@dataclass(frozen=True)
class CodeLine:
    """One word of a closed list."""

    word: str
    """As delivered."""
    value: str | int
    """As kept."""
    meaning: str


@dataclass(frozen=True)
class ColumnLine:
    """One column, in one language."""

    field: str
    kept_as: str
    header: str
    aliases: tuple[str, ...]
    type: Type
    type_words: str
    example: str
    required: bool
    in_key: bool
    secret: bool
    """Only an index is kept, or the value is kept sealed elsewhere."""
    codes: tuple[CodeLine, ...]
    meaning: str
    facts: tuple[str, ...]


@dataclass(frozen=True)
class FactLine:
    """One fact that the feed tells, and who else tells it."""

    fact: str
    headers: tuple[str, ...]
    precedence: int
    feeds: tuple[str, ...]
    """Every feed that tells it, the one that is believed first in front."""


@dataclass(frozen=True)
class ProofLine:
    """One paper that the feed spares people."""

    code: str
    name: str
    national: bool


@dataclass(frozen=True)
class Dictionary:
    """One feed, in one language; columns are named by their headers."""

    code: str
    name: str
    department: str
    system: str
    mode_words: str
    freshness_days: int
    gate_days: int
    key: tuple[str, ...]
    household: str
    """What kind of household the feed names; empty if none."""
    valid_from: str
    valid_to: str
    event: bool
    sensitive: bool
    jurisdiction: tuple[str, ...]
    rows_max: int
    fault_ratio_bp: int
    columns: tuple[ColumnLine, ...]
    facts: tuple[FactLine, ...]
    proofs: tuple[ProofLine, ...]


def dictionary(feed: Feed, language: Language) -> Dictionary:
    """Return everything there is to say about a feed, in ``zh`` or ``en``; headers stay Chinese."""
    chinese = language == "zh"
    return Dictionary(
        code=feed.code,
        name=feed.zh if chinese else feed.en,
        department=feed.department_zh if chinese else feed.department_en,
        system=feed.system_zh if chinese else feed.system_en,
        mode_words=MODES[feed.mode].said(language),
        freshness_days=feed.freshness_days,
        gate_days=feed.gate_days,
        key=_headers(feed, feed.key),
        household=HOUSEHOLDS[feed.household.kind].said(language) if feed.household else "",
        valid_from=_header(feed, feed.valid_from),
        valid_to=_header(feed, feed.valid_to),
        event=feed.event,
        sensitive=feed.sensitive,
        jurisdiction=_headers(feed, feed.jurisdiction),
        rows_max=feed.limits.rows_max,
        fault_ratio_bp=feed.limits.fault_ratio_bp,
        columns=tuple(_column(feed, column, language) for column in feed.columns),
        facts=tuple(_fact(feed, source) for source in feed.facts),
        proofs=tuple(
            ProofLine(one.code, one.zh if chinese else one.en, one.national)
            for one in proofs()
            if feed.code in one.feeds
        ),
    )


def _header(feed: Feed, field: str) -> str:
    return feed.column(field).header if field else ""


def _headers(feed: Feed, fields: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(_header(feed, field) for field in fields)


def _column(feed: Feed, column: Column, language: Language) -> ColumnLine:
    chinese = language == "zh"
    words, example = TYPES[column.type]
    return ColumnLine(
        field=column.field,
        # The person of a record stands beside its data, not in it.
        kept_as="person_id" if column.field == "person" else column.kept_as,
        header=column.header,
        aliases=column.aliases,
        type=column.type,
        type_words=words.said(language),
        example=example or next(iter(column.codes), ""),
        required=column.required,
        in_key=column.field in feed.key,
        secret=column.kept_as.endswith("_index"),
        codes=tuple(
            CodeLine(word, value, meaning.zh if chinese else meaning.en)
            for (word, value), meaning in zip(
                column.codes.items(), column.meanings.values(), strict=True
            )
        ),
        meaning=column.zh if chinese else column.en,
        facts=feed.facts_of(column.field),
    )


def _fact(feed: Feed, source: FactSource) -> FactLine:
    return FactLine(
        fact=source.fact,
        headers=_headers(feed, source.columns),
        precedence=source.precedence,
        feeds=tuple(one.code for one in sources_of(source.fact)),
    )

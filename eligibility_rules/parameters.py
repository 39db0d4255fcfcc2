"""Dated legal values: one file each, every value with the day it took effect and its citation."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from eligibility_rules.evidence import Mark, read_mark
from eligibility_rules.language.functions import read_day, read_units
from eligibility_rules.language.kinds import Kind, Span
from eligibility_rules.language.problems import Problem
from eligibility_rules.language.tree import ParamRef
from eligibility_rules.month import Month
from eligibility_rules.reading.document import Section
from eligibility_rules.words import Words

_PLACES = {Kind.INT: 0, Kind.MONEY: 2, Kind.RATE: 2, Kind.AREA: 3}


@dataclass(frozen=True, slots=True)
class DatedValue:
    """A value in the unit of its kind, from a day on, with where it was found."""

    effective: date
    value: int
    mark: Mark
    citation: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """A legal value and its history, oldest first."""

    name: str
    kind: Kind
    words: Words
    unit: str
    places: int
    """Decimals of the written values: the scale of the whole numbers in `history`."""
    history: tuple[DatedValue, ...]
    unit_en: str = ""
    """The unit in English, where a plain number would tell nothing without it."""
    as_published: bool = False
    """Counts as it was first published: a later revision changes no month already decided."""

    def dated(self, month: Month) -> DatedValue | None:
        """The value in force on the first day of the month; None if there was none yet."""
        known = [value for value in self.history if value.effective <= month.first_day]
        return known[-1] if known else None

    def value(self, month: Month) -> int | None:
        """The number in force on the first day of the month, or None for unknown."""
        dated = self.dated(month)
        return None if dated is None else dated.value

    @property
    def node(self) -> ParamRef:
        values = [dated.value for dated in self.history] or [0]
        return ParamRef(self.kind, Span(min(values), max(values)), self.name)


def read_parameter(name: str, document: Section) -> Parameter:
    """Read parameters/<name>.yaml; faults are collected in the document."""
    document.only("zh", "en", "type", "scale", "unit", "unit_en", "as_published", "values")
    kind = document.word("type", Kind)
    if kind not in _PLACES:
        said = Words(
            "标准的类型须为 int、money、rate 或 area。",
            "A parameter must be an int, money, rate or area.",
        )
        document.fault("kind_wrong", said, "type")
        kind = Kind.INT
    places = document.whole("scale", 0, 6, _PLACES[kind])
    history = _history(document, places)
    words = Words(document.text("zh"), document.text("en"))
    unit_en = document.text("unit_en", "")
    first = document.has("as_published") and document.yes("as_published")
    return Parameter(name, kind, words, document.text("unit"), places, history, unit_en, first)


def overridden(parameter: Parameter, document: Section) -> Parameter:
    """The parameter with a county's own `values`, which hold from the first of their days on."""
    document.only("values")
    history = _history(document, parameter.places)
    if not history:
        return parameter
    before = tuple(one for one in parameter.history if one.effective < history[0].effective)
    return replace(parameter, history=(*before, *history))


def _history(document: Section, places: int) -> tuple[DatedValue, ...]:
    history = [
        dated
        for entry in document.sections("values")
        if (dated := _dated(entry, places)) is not None
    ]
    days = [dated.effective for dated in history]
    if days != sorted(set(days)) or not days:
        said = Words(
            "values 须逐条注明日期，日期不得重复，由旧到新。",
            "values must be dated, each day once, oldest first.",
        )
        document.fault("dates_wrong", said, "values")
    return tuple(history)


def _dated(entry: Section, places: int) -> DatedValue | None:
    entry.only("effective", "value", "evidence", "source", "note")
    day = read_day(entry.text("effective"))
    units = read_units(entry.text("value"), places)
    for key, found in (("effective", day), ("value", units)):
        if isinstance(found, Problem):
            entry.fault(found.code, found.about(key), key)
    if isinstance(day, Problem) or isinstance(units, Problem):
        return None
    if abs(units) > 10**13:
        said = Words("value 过大，应有误。", "value is too large to be meant.")
        entry.fault("number_too_large", said, "value")
        return None
    return DatedValue(day, units, read_mark(entry, "evidence"), entry.text("source"))


def bound_values(parameters: Mapping[str, Parameter], month: Month) -> dict[str, int | None]:
    """Every parameter's value for a month."""
    return {name: parameter.value(month) for name, parameter in parameters.items()}

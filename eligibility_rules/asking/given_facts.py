"""Read facts that a person wrote down in JSON, in the units a person writes.

By fact name: money in yuan, an area in 亩 and a rate in percent, each as a text or as
`{"yuan": "900.00"}`; by snapshot column (`hh__income_pc_fen`, or `hh.income_pc_fen`) whole numbers
of the column's unit. Dates are texts, yes and no are true and false, null or absent is unknown.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import TypeVar

from eligibility_rules.asking.json_document import Located, Number, printable
from eligibility_rules.errors import Faults
from eligibility_rules.explanation.show_values import shown
from eligibility_rules.facts import Fact
from eligibility_rules.language.functions import read_day, read_units
from eligibility_rules.language.kinds import Kind, Value
from eligibility_rules.language.problems import Problem
from eligibility_rules.load import RuleSet
from eligibility_rules.programme import Programme

_UNITS = {Kind.MONEY: ("yuan", 2), Kind.AREA: ("mu", 3), Kind.RATE: ("percent", 2)}
_WHOLE = re.compile(r"-?[0-9]+")
_DIGITS_MAX, _WHOLE_DIGITS_MAX = 13, 18
_DAY = 'a day as a text such as "1940-01-31"'
_Read = TypeVar("_Read", date, int)
_FROM_JSON = {bool: "true or false", str: "a text", type(None): "null", dict: "an object"}


@dataclass(frozen=True, slots=True)
class _Spelling:
    """What a name in the file stands for; `whole` when it is written in the column's own unit."""

    fact: Fact
    column: str
    whole: bool


class FactReader:
    """Reads objects of facts about the subject of one programme; faults are collected."""

    def __init__(self, rules: RuleSet, programme: Programme, file: str, faults: Faults) -> None:
        self.programme = programme
        self.file = file
        self.faults = faults
        self.rules = rules
        self.spellings = _spellings(rules, programme)

    def read(self, entry: Located, of: str) -> dict[str, Value]:
        """The facts of an object by snapshot column; `of` names the object in sentences."""
        if not isinstance(entry.value, dict):
            self._fault("facts_wrong", entry.line, f"{of} must be an object of facts by name.")
            return {}
        found: dict[str, Value] = {}
        for name, item in entry.value.items():
            spelling = self.spellings.get(name)
            if spelling is None:
                self._unknown(name, item.line)
                continue
            if spelling.column in found:
                said = f"{printable(name)} is the fact {spelling.fact.name}, which was given above."
                self._fault("fact_doubled", item.line, said)
                continue
            value = _value(spelling, item)
            found[spelling.column] = None if isinstance(value, Problem) else value
            if isinstance(value, Problem):
                self._fault(value.code, item.line, f"{printable(name)}: {value.sentence}.")
        return found

    def _unknown(self, name: str, line: int) -> None:
        catalogue, about = self.programme.facts, self.programme.subject
        said = printable(name)
        if name in catalogue.derived:
            self._fault("fact_derived", line, f"{said} is computed by the rules from other facts.")
        elif name in catalogue.facts:
            others = " and ".join(f"a {one}" for one in catalogue.facts[name].subjects)
            sentence = f"{said} is a fact of {others}; {self.programme.code} is about a {about}."
            self._fault("fact_of_other_subject", line, sentence)
        else:
            near = get_close_matches(name[:80], self.spellings, 1)
            hint = f"; did you mean {near[0]}?" if near else "; see facts.yaml."
            self._fault("fact_unknown", line, f"{said} is not a fact of a {about}{hint}")

    def _fault(self, code: str, line: int, sentence: str) -> None:
        self.faults.add(code, self.file, line, sentence)


def _spellings(rules: RuleSet, programme: Programme) -> Mapping[str, _Spelling]:
    found: dict[str, _Spelling] = {}
    for fact in rules.facts.facts.values():
        if programme.subject not in fact.subjects:
            continue
        mine = fact.column(programme.code)
        suffix = fact.kind.column_suffix
        found[fact.name] = _Spelling(fact, mine, whole=False)
        if suffix:
            found[fact.name + suffix] = _Spelling(fact, mine, whole=True)
        for code in rules.programmes if fact.per_programme else (programme.code,):
            column = fact.column(code)
            found[column] = _Spelling(fact, column, whole=bool(suffix))
    return found


def _value(spelling: _Spelling, item: Located) -> Value | Problem:
    fact, raw = spelling.fact, item.value
    if raw is None:
        return None
    if fact.kind is Kind.BOOL:
        return raw if isinstance(raw, bool) else _wrong("true or false", raw)
    if fact.kind is Kind.CODE:
        return _code(fact, raw)
    if not fact.kind.is_number:
        return _plain(read_day(raw), raw) if isinstance(raw, str) else _wrong(_DAY, raw)
    return _within(fact, _units(spelling, raw))


def _within(fact: Fact, units: int | Problem) -> int | Problem:
    if isinstance(units, Problem) or fact.span is None or units in fact.span:
        return units
    low, high = shown(fact.kind, fact.span.low).en, shown(fact.kind, fact.span.high).en
    return Problem("value_out_of_range", f"it must lie between {low} and {high}")


def _code(fact: Fact, raw: object) -> str | Problem:
    if not isinstance(raw, str):
        return _wrong(f"one of {'、'.join(fact.codes)}", raw)
    if raw in fact.codes:
        return raw
    return Problem("code_unknown", f'"{printable(raw)}" is not one of {"、".join(fact.codes)}')


def _units(spelling: _Spelling, raw: object) -> int | Problem:
    """A whole number of the smallest unit, from a text, an object with its unit, or a number."""
    kind, name = spelling.fact.kind, spelling.fact.name
    if kind is Kind.INT or spelling.whole:
        return _whole(raw)
    unit, places = _UNITS[kind]
    if isinstance(raw, dict):
        inner = raw.get(unit)
        if inner is None or len(raw) > 1:
            return Problem("unit_wrong", f'an object must be {{"{unit}": "…"}}')
        raw = inner.value
        if isinstance(raw, Number) and _WHOLE.fullmatch(raw.text):
            raw = raw.text
    if isinstance(raw, str):
        text = raw.removesuffix("%") if kind is Kind.RATE else raw
        return _too_long(text, _DIGITS_MAX) or _plain(read_units(text, places), text)
    if isinstance(raw, Number) and _WHOLE.fullmatch(raw.text):
        column = f"{name}{kind.column_suffix}"
        said = f'{raw.text[:20]} has no unit: write "{raw.text[:20]}" for {unit}, or use {column}'
        return Problem("unit_missing", said)
    if isinstance(raw, Number):
        return _inexact(raw)
    return _wrong(f"{unit} as a text", raw)


def _whole(raw: object) -> int | Problem:
    text = raw.text if isinstance(raw, Number) else raw
    if not isinstance(text, str):
        return _wrong("a whole number", raw)
    if isinstance(raw, Number) and not _WHOLE.fullmatch(text):
        return _inexact(raw)
    if not _WHOLE.fullmatch(text):
        return Problem("value_wrong", f'"{printable(text)}" is not a whole number')
    return _too_long(text, _WHOLE_DIGITS_MAX) or int(text)


def _too_long(text: str, most: int) -> Problem | None:
    """A problem for more digits before the point than can be meant."""
    whole = text.partition(".")[0]
    if _WHOLE.fullmatch(whole) and len(whole.lstrip("-")) > most:
        return Problem("value_out_of_range", f"it has more than {most} digits")
    return None


def _plain(read: _Read | Problem, text: str) -> _Read | Problem:
    """What was read, or its problem under a code of this reader."""
    if isinstance(read, Problem):
        why = read.sentence.removeprefix(repr(text)).strip()
        return Problem("value_wrong", f'"{printable(text)}" {why}')
    return read


def _inexact(raw: Number) -> Problem:
    if raw.text in {"NaN", "Infinity", "-Infinity"}:
        return Problem("number_not_finite", f"{raw.text} is not a number")
    said = f"{printable(raw.text, 30)} is a number with decimals, which many programs round"
    return Problem("number_inexact", f"{said}; write it as a text")


def _wrong(wanted: str, raw: object) -> Problem:
    given = (
        printable(raw.text, 30) if isinstance(raw, Number) else _FROM_JSON.get(type(raw), "a list")
    )
    return Problem("fact_type_wrong", f"it must be {wanted}, not {given}")

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

from eligibility_rules.asking.json_document import Located, Number
from eligibility_rules.errors import Faults
from eligibility_rules.explanation.show_values import shown_fact
from eligibility_rules.facts import Fact, spoken_subjects
from eligibility_rules.language.functions import read_day, read_units
from eligibility_rules.language.kinds import Kind, Value
from eligibility_rules.language.problems import Problem
from eligibility_rules.load import RuleSet
from eligibility_rules.programme import Programme
from eligibility_rules.words import Words, printable

_UNITS = {Kind.MONEY: ("yuan", 2), Kind.AREA: ("mu", 3), Kind.RATE: ("percent", 2)}
_WHOLE = re.compile(r"-?[0-9]+")
_DIGITS_MAX, _WHOLE_DIGITS_MAX = 13, 18
_DAY = Words('文本日期，如 "1940-01-31"', 'a day as a text such as "1940-01-31"')
_Read = TypeVar("_Read", date, int)
_YES_OR_NO = Words("true 或 false", "true or false")
_FROM_JSON = {
    bool: _YES_OR_NO,
    str: Words("文本", "a text"),
    type(None): Words("null", "null"),
    dict: Words("对象", "an object"),
}
_A_LIST = Words("列表", "a list")


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
            words = Words(
                f"{of} 须为对象，按名称列出事实。", f"{of} must be an object of facts by name."
            )
            self._fault("facts_wrong", entry.line, words)
            return {}
        found: dict[str, Value] = {}
        for name, item in entry.value.items():
            spelling = self.spellings.get(name)
            if spelling is None:
                self._unknown(name, item.line)
                continue
            if spelling.column in found:
                shown_name, fact = printable(name), spelling.fact.name
                words = Words(
                    f"{shown_name} 就是事实 {fact}，上文已经给出。",
                    f"{shown_name} is the fact {fact}, which was given above.",
                )
                self._fault("fact_doubled", item.line, words)
                continue
            value = _value(spelling, item)
            found[spelling.column] = None if isinstance(value, Problem) else value
            if isinstance(value, Problem):
                self._fault(value.code, item.line, value.about(printable(name)))
        return found

    def _unknown(self, name: str, line: int) -> None:
        catalogue, mine = self.programme.facts, spoken_subjects([self.programme.subject])
        said = printable(name)
        if name in catalogue.derived:
            words = Words(
                f"{said} 由规则根据其他事实计算，不能直接给出。",
                f"{said} is computed by the rules from other facts.",
            )
            self._fault("fact_derived", line, words)
        elif name in catalogue.facts:
            others, code = spoken_subjects(catalogue.facts[name].subjects), self.programme.code
            words = Words(
                f"{said} 是{others.zh}的事实；{code} 的对象是{mine.zh}。",
                f"{said} is a fact of {others.en}; {code} is about {mine.en}.",
            )
            self._fault("fact_of_other_subject", line, words)
        else:
            near = get_close_matches(name[:80], self.spellings, 1)
            hint = f"; did you mean {near[0]}?" if near else "; see facts.yaml."
            hint_zh = f"；是否指 {near[0]}？" if near else "；请查阅 facts.yaml。"
            words = Words(
                f"{said} 不是{mine.zh}的事实{hint_zh}", f"{said} is not a fact of {mine.en}{hint}"
            )
            self._fault("fact_unknown", line, words)

    def _fault(self, code: str, line: int, words: Words) -> None:
        self.faults.add(code, self.file, line, words)


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
        return raw if isinstance(raw, bool) else _wrong(_YES_OR_NO, raw)
    if fact.kind is Kind.CODE:
        return _code(fact, raw)
    if not fact.kind.is_number:
        return _plain(read_day(raw)) if isinstance(raw, str) else _wrong(_DAY, raw)
    return _within(fact, _units(spelling, raw))


def _within(fact: Fact, units: int | Problem) -> int | Problem:
    if isinstance(units, Problem) or fact.span is None or units in fact.span:
        return units
    low, high = shown_fact(fact, fact.span.low), shown_fact(fact, fact.span.high)
    said = Words(f"须在 {low.zh} 与 {high.zh} 之间", f"it must lie between {low.en} and {high.en}")
    return Problem("value_out_of_range", said)


def _code(fact: Fact, raw: object) -> str | Problem:
    if not isinstance(raw, str):
        listing = "、".join(fact.codes)
        return _wrong(Words(f"{listing} 之一", f"one of {listing}"), raw)
    if raw in fact.codes:
        return raw
    said, listing = printable(raw), "、".join(fact.codes)
    return Problem(
        "code_unknown", Words(f"“{said}” 不是 {listing} 之一", f'"{said}" is not one of {listing}')
    )


def _units(spelling: _Spelling, raw: object) -> int | Problem:
    """A whole number of the smallest unit, from a text, an object with its unit, or a number."""
    kind, name = spelling.fact.kind, spelling.fact.name
    if kind is Kind.INT or spelling.whole:
        return _whole(raw)
    unit, places = _UNITS[kind]
    if isinstance(raw, dict):
        inner = raw.get(unit)
        if inner is None or len(raw) > 1:
            said = Words(f'对象须写作 {{"{unit}": "…"}}', f'an object must be {{"{unit}": "…"}}')
            return Problem("unit_wrong", said)
        raw = inner.value
        if isinstance(raw, Number) and _WHOLE.fullmatch(raw.text):
            raw = raw.text
    if isinstance(raw, str):
        text = raw.removesuffix("%") if kind is Kind.RATE else raw
        return _too_long(text, _DIGITS_MAX) or _plain(read_units(text, places))
    if isinstance(raw, Number) and _WHOLE.fullmatch(raw.text):
        column = f"{name}{kind.column_suffix}"
        figure = printable(raw.text, 20)
        said = Words(
            f'{figure} 没有单位：以 {unit} 计请写 "{figure}"，或改用 {column}',
            f'{figure} has no unit: write "{figure}" for {unit}, or use {column}',
        )
        return Problem("unit_missing", said)
    if isinstance(raw, Number):
        return _inexact(raw)
    return _wrong(Words(f"以 {unit} 计的文本", f"{unit} as a text"), raw)


def _whole(raw: object) -> int | Problem:
    text = raw.text if isinstance(raw, Number) else raw
    if not isinstance(text, str):
        return _wrong(Words("整数", "a whole number"), raw)
    if isinstance(raw, Number) and not _WHOLE.fullmatch(text):
        return _inexact(raw)
    if not _WHOLE.fullmatch(text):
        said = printable(text)
        return Problem(
            "value_wrong", Words(f"“{said}” 不是整数", f'"{said}" is not a whole number')
        )
    return _too_long(text, _WHOLE_DIGITS_MAX) or int(text)


def _too_long(text: str, most: int) -> Problem | None:
    """A problem for more digits before the point than can be meant."""
    whole = text.partition(".")[0]
    if _WHOLE.fullmatch(whole) and len(whole.lstrip("-")) > most:
        said = Words(f"超过 {most} 位", f"it has more than {most} digits")
        return Problem("value_out_of_range", said)
    return None


def _plain(read: _Read | Problem) -> _Read | Problem:
    """What was read, or its problem under a code of this reader."""
    if isinstance(read, Problem):
        return Problem("value_wrong", read.words)
    return read


def _inexact(raw: Number) -> Problem:
    if raw.text in {"NaN", "Infinity", "-Infinity"}:
        return Problem(
            "number_not_finite", Words(f"{raw.text} 不是数", f"{raw.text} is not a number")
        )
    figure = printable(raw.text, 30)
    said = Words(
        f"{figure} 带小数，许多程序会四舍五入；请写成文本",
        f"{figure} is a number with decimals, which many programs round; write it as a text",
    )
    return Problem("number_inexact", said)


def _wrong(wanted: Words, raw: object) -> Problem:
    given = _FROM_JSON.get(type(raw), _A_LIST)
    if isinstance(raw, Number):
        figure = printable(raw.text, 30)
        given = Words(figure, figure)
    said = Words(f"须为{wanted.zh}，而不是 {given.zh}", f"it must be {wanted.en}, not {given.en}")
    return Problem("fact_type_wrong", said)

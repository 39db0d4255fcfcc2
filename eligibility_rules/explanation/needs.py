"""What a single fact would have to be: a threshold, a word of a list, a yes, a record.

Each returns the fact's name, a value that would do, and the sentence; None where a fact alone
cannot say it.
"""

from collections.abc import Callable
from datetime import date, timedelta

from eligibility_rules.explanation.show_values import UNKNOWN, shown, shown_day, shown_fact
from eligibility_rules.language.kinds import Kind, Value
from eligibility_rules.language.tree import (
    Compare,
    FactRef,
    Happened,
    Node,
    OneOf,
    Receives,
    walk,
)
from eligibility_rules.programme import Programme
from eligibility_rules.words import Words

Need = tuple[str, Value, Words]
Ask = Callable[[Node], Value]

_OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
_STEP = {"<": -1, "<=": 0, ">": 1, ">=": 0, "==": 0, "!=": 1}
_NUMBERS = {
    "<": Words("应低于", "below"),
    "<=": Words("应不超过", "at most"),
    ">": Words("应高于", "above"),
    ">=": Words("应不低于", "at least"),
    "==": Words("应为", "exactly"),
    "!=": Words("不应为", "not"),
}
_DAYS = {
    "<": Words("应早于", "before"),
    "<=": Words("应不晚于", "on or before"),
    ">": Words("应晚于", "after"),
    ">=": Words("应不早于", "on or after"),
    "==": Words("应为", "on"),
    "!=": Words("不应为", "not on"),
}
_NOW_ZH, _NOW_EN = "现为", "it is"


def yes_or_no(programme: Programme, node: FactRef, now: Value, *, wanted: bool) -> Need:
    """A yes-or-no fact that would have to be the other."""
    words = _sentence(programme, node, Words("应为", "to be"), wanted, now)
    return node.name, wanted, words


def compared(programme: Programme, node: Compare, ask: Ask, *, wanted: bool) -> Need | None:
    """A fact that would have to lie on the other side of a threshold."""
    for fact, other, written in (
        (node.left, node.right, node.op),
        (node.right, node.left, _MIRRORED[node.op]),
    ):
        if not isinstance(fact, FactRef) or fact.kind is Kind.EVENT or _names(other, fact.name):
            continue
        op = written if wanted else _OPPOSITE[written]
        limit = ask(other)
        enough = _beyond(programme, fact, op, limit)
        if limit is None or enough is None:
            continue
        verb = (_DAYS if isinstance(limit, date) else _NUMBERS)[op]
        return fact.name, enough, _sentence(programme, fact, verb, limit, ask(fact))
    return None


def listed(programme: Programme, node: OneOf, ask: Ask, *, wanted: bool) -> Need | None:
    """A fact that would have to be among some words, or among none of them."""
    if not isinstance(node.item, FactRef):
        return None
    fact = node.item
    options = [option.value for option in node.options]
    codes: list[Value] = list(programme.facts.facts[fact.name].codes)
    others = [code for code in codes if code not in options]
    choice = options if wanted else others
    if not choice:
        return None
    many = "、".join(shown(fact.kind, one).zh for one in options)
    many_en = ", ".join(shown(fact.kind, one).en for one in options)
    label, now = programme.facts.words_of(fact.name), _now(programme, fact, ask(fact))
    zh = f"{label.zh}应为以下之一：{many}" if wanted else f"{label.zh}不得为：{many}"
    en = f"{label.en}: one of {many_en}" if wanted else f"{label.en}: none of {many_en}"
    return fact.name, choice[0], Words(f"{zh}（{_NOW_ZH}{now.zh}）", f"{en} ({_NOW_EN} {now.en})")


def recorded(programme: Programme, node: Happened, ask: Ask, *, wanted: bool) -> Need | None:
    """An event that would have to be recorded; one that is recorded is never wished away."""
    if not wanted or not isinstance(node.event, FactRef) or ask(node.event) is not None:
        return None
    since = None if node.since is None else ask(node.since)
    until = None if node.until is None else ask(node.until)
    label = programme.facts.words_of(node.event.name)
    zh, en = f"须有{label.zh}的记录", f"{label.en}: to be recorded"
    if isinstance(since, date):
        zh, en = f"{zh}，不早于{shown_day(since).zh}", f"{en}, on or after {shown_day(since).en}"
    if isinstance(until, date):
        verb = _DAYS["<" if node.until_open else "<="]
        zh, en = (
            f"{zh}，{verb.zh.removeprefix('应')}{shown_day(until).zh}",
            f"{en}, {verb.en} {shown_day(until).en}",
        )
    day = since if isinstance(since, date) else _last(until, is_open=node.until_open)
    words = Words(f"{zh}（现无记录）", f"{en} (none is recorded)")
    return None if day is None else (node.event.name, day, words)


def _last(until: Value, *, is_open: bool) -> date | None:
    if until is None:
        return date(2000, 1, 1)
    if not isinstance(until, date):
        return None
    return until - timedelta(days=1) if is_open else until


def _beyond(programme: Programme, fact: FactRef, op: str, limit: Value) -> Value:
    """A value of the fact that lies as wanted, as near to the limit as there is one."""
    if isinstance(limit, str):
        codes = programme.facts.facts[fact.name].codes
        return limit if op == "==" else next((code for code in codes if code != limit), None)
    if isinstance(limit, bool):
        return limit if op == "==" else not limit
    if isinstance(limit, date):
        return limit + timedelta(days=_STEP[op])
    if isinstance(limit, int):
        span = programme.facts.facts[fact.name].span
        value = limit + _STEP[op]
        return value if span is None or value in span else None
    return None


def _sentence(programme: Programme, fact: FactRef, verb: Words, limit: Value, now: Value) -> Words:
    label, is_now = programme.facts.words_of(fact.name), _now(programme, fact, now)
    bound = shown_fact(programme.facts.facts[fact.name], limit)
    return Words(
        f"{label.zh}{verb.zh}{bound.zh}（{_NOW_ZH}{is_now.zh}）",
        f"{label.en}: {verb.en} {bound.en} ({_NOW_EN} {is_now.en})",
    )


def _now(programme: Programme, fact: FactRef, now: Value) -> Words:
    return UNKNOWN if now is None else shown_fact(programme.facts.facts[fact.name], now)


def _names(node: Node, fact: str) -> bool:
    return any(
        isinstance(part, Receives) or (isinstance(part, FactRef) and part.name == fact)
        for part in walk(node)
    )

"""From which month on a part of a condition holds by itself: birthdays, approvals, pay months."""

from collections.abc import Iterator
from dataclasses import replace

from eligibility_rules.explanation.asked import Asked
from eligibility_rules.language.kinds import Value
from eligibility_rules.language.tree import (
    Age,
    AgeByMonth,
    AmountOf,
    Clock,
    Compare,
    Const,
    Derived,
    Node,
    ParamRef,
    Receives,
    Standing,
    walk,
)
from eligibility_rules.month import Month
from eligibility_rules.words import Words

_MONTHS_AHEAD = 24
_YEARS_AHEAD = 120
_FIRST_YEAR, _LAST_YEAR = 1900, 2198
"""Years whose every month has a next one; a date outside them is no birthday to wait for."""


def first_month(node: Node, asked: Asked, *, wanted: bool) -> tuple[Month, Words] | None:
    """The first later month in which `node` is as wanted although nothing else changes.

    None if there is none, or if a legal value or another programme takes part: what those will be
    is not known.
    """
    parts = walk(node)
    if not any(isinstance(part, Clock) for part in parts):
        return None
    if any(isinstance(part, ParamRef | Receives | AmountOf | Standing) for part in parts):
        return None
    born = _birthday(node, asked)
    for month in born[0] if born else _ahead(asked.month):
        if replace(asked, month=month).value(node) is wanted:
            return month, _said(month, born[1] if born else None)
    return None


def _said(month: Month, years: int | None) -> Words:
    zh, en = f"{month.year}年{month.number}月", str(month)
    if years is not None:
        return Words(
            f"自{zh}起（满{years}周岁的当月）",
            f"from {en} on, the month of the birthday that makes {years} years",
        )
    return Words(f"其他事实不变时，自{zh}起", f"from {en} on, if nothing else changes")


def _ahead(month: Month) -> Iterator[Month]:
    for _ in range(_MONTHS_AHEAD):
        if month.year > _LAST_YEAR:
            return
        month = month.next
        yield month


def _birthday(node: Node, asked: Asked) -> tuple[list[Month], int] | None:
    """The months in which an age compared with a whole number reaches it, and that number."""
    if not isinstance(node, Compare):
        return None
    for side, other in ((node.left, node.right), (node.right, node.left)):
        age = side.of if isinstance(side, Derived) else side
        if not isinstance(age, Age | AgeByMonth) or not isinstance(other, Const):
            continue
        birth, years = (
            asked.value(age.birth),
            _years(node, other.value, age_is_left=side is node.left),
        )
        if birth is None or years is None or not 0 <= years <= _YEARS_AHEAD:
            return [], 0
        if not _FIRST_YEAR <= birth.year + years <= _LAST_YEAR:  # type: ignore[union-attr]
            return [], 0
        # Born on 29 February: in some years the age is reached a month later.
        month = Month(birth.year + years, birth.month)  # type: ignore[union-attr]
        months = [one for one in (month, month.next) if one.first_day > asked.month.first_day]
        return months, years
    return None


def _years(node: Compare, value: Value, *, age_is_left: bool) -> int | None:
    """The age at which the comparison turns: `> 60` and `<= 60` turn at 61, `>= 60` at 60."""
    if not isinstance(value, int):
        return None
    past = {">", "<="} if age_is_left else {"<", ">="}
    return value + 1 if node.op in past else value

"""Subjects drawn from the rules themselves, so that a new programme file is covered by itself.

The values of a column are what its fact's catalogue entry allows and forbids, and whatever the
programmes compare it with, one below, exactly, and one above: every threshold has its tie.
"""

import random
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from eligibility_rules import Fact, Month, Outcome, Programme, RuleSet, Subject
from eligibility_rules.cases import Case
from eligibility_rules.deciding.bind import bind
from eligibility_rules.language.kinds import Kind, Value
from eligibility_rules.language.tree import Const, FactRef, Node, walk
from eligibility_rules.programme import Pool
from eligibility_rules.reading.read_programme import facts_used

Row = Mapping[str, Value]
_STRANGE_DAYS = (
    date(1, 1, 1),
    date(1582, 10, 10),
    date(1799, 12, 31),
    date(1800, 1, 1),
    date(1900, 2, 28),
    date(1924, 2, 29),
    date(2000, 2, 29),
    date(2024, 2, 29),
    date(9999, 12, 31),
)


def columns_of(rules: RuleSet, subject: Subject) -> dict[str, tuple[Fact, list[Programme]]]:
    """Every column that the subject's programmes read, its fact, and who reads it."""
    found: dict[str, tuple[Fact, list[Programme]]] = {}
    for programme in rules.of_subject(subject):
        for name in facts_used(programme):
            fact = rules.facts.facts[name]
            found.setdefault(fact.column(programme.code), (fact, []))[1].append(programme)
    return found


def telling_values(rules: RuleSet, subject: Subject, month: Month) -> dict[str, list[Value]]:
    """For every column, the values at which a decision of this month could turn."""
    return {
        column: _values(fact, readers, month)
        for column, (fact, readers) in sorted(columns_of(rules, subject).items())
    }


def random_row(values: Mapping[str, list[Value]], draw: random.Random) -> dict[str, Value]:
    """A subject about whom anything may be said."""
    return {column: draw.choice(options) for column, options in values.items()}


def near_case(
    case: Case,
    programme: Programme,
    values: Mapping[str, list[Value]],
    draw: random.Random,
    changes: int,
) -> dict[str, Value]:
    """A subject as in a case, some of the programme's facts changed, all others drawn at random."""
    row = random_row(values, draw) | dict(case.columns)
    facts = programme.facts.facts
    own = sorted({facts[name].column(programme.code) for name in facts_used(programme)})
    if not changes:
        # The case as it stands: what it does not tell of has not happened, and is not left to luck.
        row |= {column: None for column in own if column not in case.columns}
    for column in draw.sample(own, min(changes, len(own))):
        row[column] = draw.choice(values[column])
    return {column: row.get(column) for column in values}


def subjects(
    rules: RuleSet,
    cases: Mapping[str, Iterable[Case]],
    subject: Subject,
    month: Month,
    draw: random.Random,
    *,
    near: int,
    anyhow: int,
) -> list[tuple[str, dict[str, Value]]]:
    """`near` subjects for each programme (or more, one for each due case), and `anyhow` random ones.

    Two that are refused in its cases come with them.

    Each comes with the code of the programme it was made for, or "" for a random one.
    """
    values = telling_values(rules, subject, month)
    found: list[tuple[str, dict[str, Value]]] = []
    for programme in rules.of_subject(subject):
        due = [case for case in cases.get(programme.code, ()) if case.outcome is Outcome.DUE]
        for place in range(max(near, len(due)) if due else 0):
            case = due[place % len(due)]
            changes = (0, 1, 1, 2)[place // len(due) % 4]
            found.append((programme.code, near_case(case, programme, values, draw, changes)))
        refused = [
            case for case in cases.get(programme.code, ()) if case.outcome is Outcome.NOT_DUE
        ]
        found += [
            (programme.code, near_case(one, programme, values, draw, 0)) for one in refused[:2]
        ]
    found += [("", random_row(values, draw)) for _ in range(anyhow)]
    draw.shuffle(found)
    return found


def _values(fact: Fact, readers: list[Programme], month: Month) -> list[Value]:
    if fact.kind is Kind.BOOL:
        return [True, True, False, None]
    if fact.kind is Kind.CODE:
        return [*fact.codes, "不在表中", "", "O'Brien\\", None]
    trees = [tree for programme in readers for tree in _bound(programme, fact.name, month)]
    numbers = {
        one.value
        for tree in trees
        for one in walk(tree)
        if isinstance(one, Const) and type(one.value) is int
    }
    if fact.kind.is_number:
        assert fact.span is not None
        edges = {fact.span.low, fact.span.high, 0, 1, 2, *numbers}
        near = {edge + step for edge in edges for step in (-1, 0, 1)}
        near |= {number * 3 // 2 for number in numbers}
        # Out of range is unknown; far out of range would not fit the column.
        return [*sorted(one for one in near if abs(one) < 2**60), None, None]
    days: set[date] = {*_STRANGE_DAYS, month.first_day, month.last_day, date(month.year, 1, 1)}
    days |= {
        one.value
        for tree in trees
        for one in walk(tree)
        if isinstance(one, Const) and isinstance(one.value, date)
    }
    days |= {_years_before(month.last_day, number) for number in numbers if 0 < number <= 150}
    days |= {_years_before(month.first_day, number) for number in numbers if 0 < number <= 150}
    return [*sorted(_around(days)), None, None]


def _around(days: Iterable[date]) -> set[date]:
    found: set[date] = set()
    for day in days:
        for step in (-31, -1, 0, 1):
            if date.min.toordinal() <= day.toordinal() + step <= date.max.toordinal():
                found.add(day + timedelta(days=step))
    return found


def _years_before(day: date, years: int) -> date:
    return day.replace(year=day.year - years, day=min(day.day, 28)) + timedelta(
        days=max(0, day.day - 28)
    )


def _bound(programme: Programme, name: str, month: Month) -> list[Node]:
    """The trees of a programme that read a fact, with the month's constants."""
    rule = programme.amount.rule
    trees = [condition.tree for condition in programme.conditions]
    trees += [] if isinstance(rule, Pool) else [rule.tree]
    return [
        bind(tree, month, programme.parameters)
        for tree in trees
        if any(isinstance(one, FactRef) and one.name == name for one in walk(tree))
    ]

"""Every programme of the catalogue: DuckDB decides thousands of subjects as the interpreter does.

The subjects come from the programmes' own due cases and thresholds: unknown facts, facts out of
range, days at the ends of the calendar, and a tie at every figure that a rule compares with.
"""

import random
from collections import Counter, defaultdict

import duckdb
import pytest

from eligibility_rules import Month, Outcome, RuleSet, Subject, compile_sql, freeze_pool
from eligibility_rules.cases import Case, load_cases
from eligibility_rules.programme import Pool
from tests.eligibility_rules.rule_engines import by_duckdb, plainly
from tests.eligibility_rules.synthetic_subjects import random_row, subjects, telling_values

OTHERS = 6
"""Programmes besides its own that each subject is decided for in plain Python, which is slow."""


@pytest.fixture(scope="module")
def cases(rules: RuleSet) -> dict[str, tuple[Case, ...]]:
    return load_cases(rules)


def _months(cases: dict[str, tuple[Case, ...]]) -> list[Month]:
    """The months in which the cases of any programme are due, most used first, and a leap day."""
    used = Counter(case.month for mine in cases.values() for case in mine)
    return [month for month, _ in used.most_common(5)] + [Month(2028, 2)]


@pytest.mark.parametrize("subject", list(Subject))
def test_duckdb_decides_as_the_interpreter_does(
    rules: RuleSet, cases: dict[str, tuple[Case, ...]], subject: Subject
) -> None:
    draw = random.Random(20261127)
    compared = 0
    for place, month in enumerate(_months(cases)):
        near, anyhow = (24, 300) if place == 0 else (4, 60)
        made = subjects(rules, cases, subject, month, draw, near=near, anyhow=anyhow)
        rows = [row for _, row in made]
        with duckdb.connect() as database:
            found = by_duckdb(database, rules, subject, month, rows)
        pools = {
            one.code: freeze_pool(rules, one.code, month, rows)
            for one in rules.of_subject(subject)
            if isinstance(one.amount.rule, Pool)
        }
        codes = [one.code for one in rules.of_subject(subject)]
        for (own, row), decided in zip(made, found, strict=True):
            for code in {own or codes[0], *draw.sample(codes, min(OTHERS, len(codes)))}:
                expected = plainly(rules, code, row, month, pools.get(code))
                assert decided[code] == expected, (code, str(month), row)
                compared += 1
    assert compared > 500


@pytest.mark.parametrize("subject", list(Subject))
def test_every_programme_is_tried_on_both_sides(
    rules: RuleSet, cases: dict[str, tuple[Case, ...]], subject: Subject
) -> None:
    """The subjects are worth something only if each programme is due for some, refused to others."""
    draw = random.Random(20261127)
    seen: dict[str, set[Outcome]] = defaultdict(set)
    for month in sorted({case.month for mine in cases.values() for case in mine}):
        mine = {
            code: tuple(one for one in these if one.month == month) for code, these in cases.items()
        }
        made = subjects(rules, mine, subject, month, draw, near=12, anyhow=0)
        for code, row in made:
            seen[code].add(plainly(rules, code, row, month).outcome)
    values = telling_values(rules, subject, Month(2026, 10))
    for programme in rules.of_subject(subject):
        for _ in range(20):
            row = random_row(values, draw)
            seen[programme.code].add(plainly(rules, programme.code, row, Month(2026, 10)).outcome)
        assert {Outcome.DUE, Outcome.NOT_DUE} <= seen[programme.code], programme.code


@pytest.mark.parametrize("subject", list(Subject))
def test_steps_are_chained_by_dependence_and_not_by_programme(
    rules: RuleSet, subject: Subject
) -> None:
    """A hundred programmes in a chain of their own took DuckDB over a minute to plan."""
    few = rules.of_subject(subject)[:1]
    codes = [one.code for one in few if not one.depends_on]
    alone = compile_sql(rules, subject, Month(2026, 10), codes=codes)
    everything = compile_sql(rules, subject, Month(2026, 10))
    longest = max(_depth(rules, one.code) for one in rules.of_subject(subject))
    assert everything.count(" AS (SELECT") <= alone.count(" AS (SELECT") + 8 * longest


def _depth(rules: RuleSet, code: str) -> int:
    """How many programmes wait for one another up to this one."""
    return 1 + max((_depth(rules, one) for one in rules.programme(code).depends_on), default=0)

"""The interpreter and DuckDB agree on random people, unknown facts and edge dates included."""

import random
from datetime import date, timedelta

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eligibility_rules import (
    Fact,
    Month,
    Outcome,
    RuleSet,
    Subject,
    compile_sql,
    evaluate,
    freeze_pool,
    load_rules,
)
from eligibility_rules.cases import load_cases
from eligibility_rules.language.kinds import Kind, Value
from eligibility_rules.programme import Pool
from eligibility_rules.reading.read_programme import facts_used
from tests.eligibility_rules.rule_engines import Decided, Row, as_arrow, by_duckdb
from tests.eligibility_rules.synthetic_subjects import subjects

RULES = load_rules()
CASES = load_cases(RULES)
MONTHS = [Month.parse(text) for text in ("2024-02", "2025-01", "2026-09", "2026-10", "2028-02")]
EDGES = [
    date(2026, 10, 1) + timedelta(days=shift) - timedelta(days=round(365.25 * years))
    for years in (0, 1, 2, 3, 16, 49, 60, 80, 90, 100)
    for shift in (-31, -1, 0, 1, 30, 31)
]
STRANGE = [
    date(1948, 2, 29),
    date(2024, 2, 29),
    date(2022, 1, 1),
    date(2024, 12, 31),
    date(2025, 1, 1),
    date(2026, 12, 31),
    date(2027, 1, 1),
    date(1700, 1, 1),
    date(9999, 12, 31),
]
AMOUNTS = [0, 1, 117499, 117500, 117501, 176250, 176251, 483333, 483334, 5640000, 10**7, 10**13]


def _values(fact: Fact) -> st.SearchStrategy[Value]:
    if fact.kind is Kind.BOOL:
        return st.sampled_from([True, True, False, None])
    if fact.kind in {Kind.DATE, Kind.EVENT}:
        near = st.dates(date(2025, 1, 1), date(2027, 12, 31))
        return st.one_of(st.none(), st.sampled_from([*EDGES, *STRANGE]), near)
    if fact.kind is Kind.CODE:
        return st.sampled_from([*fact.codes, "不在表中", None])
    if fact.kind is Kind.MONEY:
        return st.one_of(st.none(), st.sampled_from(AMOUNTS), st.integers(-5, 200000))
    span = fact.span
    assert span is not None
    small = st.integers(span.low, min(span.high, span.low + 14))
    return st.one_of(st.none(), small, small, st.sampled_from([span.low - 1, span.high + 1]))


def _people(subject: Subject) -> st.SearchStrategy[Row]:
    columns: dict[str, st.SearchStrategy[Value]] = {}
    for programme in RULES.of_subject(subject):
        for name in facts_used(programme):
            fact = RULES.facts.facts[name]
            columns[fact.column(programme.code)] = _values(fact)
    return st.fixed_dictionaries(columns)


def _compare(
    rules: RuleSet, subject: Subject, month: Month, rows: list[Row], code: str = ""
) -> None:
    programmes = [one for one in rules.of_subject(subject) if code in {"", one.code}]
    codes = [programme.code for programme in programmes]
    with duckdb.connect() as database:
        found = by_duckdb(database, rules, subject, month, rows, codes=codes)
    for programme in programmes:
        pool = None
        if isinstance(programme.amount.rule, Pool):
            pool = freeze_pool(rules, programme.code, month, rows)
        for row, decided in zip(rows, found, strict=True):
            plain = evaluate(rules, programme.code, row, month, pool=pool)
            expected = Decided(plain.outcome, plain.amount_fen, plain.held, plain.unknown)
            assert decided[programme.code] == expected, (programme.code, row)


RANDOM = settings(
    max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)


# A person has so many facts that more than a few of them are too large for one example; thousands
# are drawn in test_rules_whole_catalogue.
@RANDOM
@given(
    rows=st.lists(_people(Subject.PERSON), min_size=2, max_size=4), month=st.sampled_from(MONTHS)
)
def test_engines_agree_on_random_persons(rows: list[Row], month: Month) -> None:
    _compare(RULES, Subject.PERSON, month, rows)


@RANDOM
@given(
    rows=st.lists(_people(Subject.HOUSEHOLD), min_size=1, max_size=40),
    month=st.sampled_from(MONTHS),
)
def test_engines_agree_on_random_households(rows: list[Row], month: Month) -> None:
    _compare(RULES, Subject.HOUSEHOLD, month, rows)


@RANDOM
@given(rows=st.lists(_people(Subject.LAND), min_size=1, max_size=40), month=st.sampled_from(MONTHS))
def test_engines_agree_on_random_contractors(rows: list[Row], month: Month) -> None:
    _compare(RULES, Subject.LAND, month, rows)


def _mostly_due(code: str) -> st.SearchStrategy[Row]:
    """Facts from the shipped due cases, each now and then replaced by a random one."""
    bases = [case.columns for case in CASES[code] if case.outcome is Outcome.DUE]
    columns: dict[str, st.SearchStrategy[Value]] = {}
    for name in facts_used(RULES.programme(code)):
        fact = RULES.facts.facts[name]
        columns[fact.column(code)] = _values(fact)
    changes = st.dictionaries(st.sampled_from(sorted(columns)), st.just(None), max_size=2)
    return st.tuples(st.sampled_from(bases), changes).flatmap(
        lambda drawn: st.fixed_dictionaries({name: columns[name] for name in drawn[1]}).map(
            lambda changed: {**drawn[0], **changed}
        )
    )


# One programme at a time: an example of all of them is larger than hypothesis draws, and thrown away.
@pytest.mark.parametrize("code", RULES.programmes)
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(data=st.data())
def test_engines_agree_close_to_being_due(code: str, data: st.DataObject) -> None:
    near = data.draw(st.lists(_mostly_due(code), min_size=5, max_size=10))
    subject = RULES.programme(code).subject
    _compare(RULES, subject, data.draw(st.sampled_from(MONTHS)), near, code)


def test_a_statement_without_an_order_says_the_same_of_everybody() -> None:
    draw = random.Random(5)
    made = subjects(RULES, CASES, Subject.LAND, MONTHS[3], draw, near=6, anyhow=40)
    with duckdb.connect() as database:
        database.register("land", as_arrow(RULES, Subject.LAND, [row for _, row in made]))
        sides = [
            compile_sql(RULES, Subject.LAND, MONTHS[3], "land", ordered=ordered)
            for ordered in (True, False)
        ]
        first, second = (database.execute(sql).fetchall() for sql in sides)
    assert sides[1] in sides[0]
    assert "ORDER BY" not in sides[1]
    assert sorted(second, key=lambda line: line[0]) == first

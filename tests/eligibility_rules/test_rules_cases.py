"""Every case officials check is decided alike by the interpreter and by DuckDB."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from eligibility_rules import RuleSet, load_rules
from eligibility_rules.cases import Case, load_cases
from eligibility_rules.run_cases import CaseResult, Verdict, run_cases

CASES = load_cases(load_rules())
EVERY = [
    pytest.param(case, id=f"{code}-{number}")
    for code, cases in CASES.items()
    for number, case in enumerate(cases, 1)
]


@pytest.fixture(scope="module")
def results(rules: RuleSet) -> Mapping[tuple[str, int], CaseResult]:
    found = run_cases(rules, [case for cases in CASES.values() for case in cases])
    return {(one.case.code, one.case.line): one for one in found}


def test_every_programme_has_at_least_five_cases(rules: RuleSet) -> None:
    assert {code: len(CASES.get(code, ())) >= 5 for code in rules.programmes} == dict.fromkeys(
        rules.programmes, True
    )


def test_the_cases_reach_every_outcome_of_every_programme(rules: RuleSet) -> None:
    for code in rules.programmes:
        assert {case.outcome.name for case in CASES[code]} == {"DUE", "NOT_DUE", "UNKNOWN"}, code


@pytest.mark.parametrize("case", EVERY)
def test_the_case_is_decided_as_written(
    case: Case, results: Mapping[tuple[str, int], CaseResult]
) -> None:
    result = results[case.code, case.line]
    assert result.interpreter == result.expected
    assert result.sql == result.expected


def test_a_case_that_expects_something_else_fails(rules: RuleSet) -> None:
    due = next(case for case in CASES["MZ16"] if case.amount_fen is not None)
    wrong = replace(due, amount_fen=1)
    [result] = run_cases(rules, [wrong])
    assert not result.passed
    assert result.expected == Verdict("due", 1, (), ())
    assert result.interpreter == result.sql == Verdict("due", 40_000, (), ())


def test_one_case_alone_is_decided_like_all_together(
    rules: RuleSet, results: Mapping[tuple[str, int], CaseResult]
) -> None:
    for code, cases in CASES.items():
        [alone] = run_cases(rules, [cases[-1]])
        assert alone == results[code, cases[-1].line], code

"""Every case officials check is decided alike by the interpreter and by DuckDB."""

import duckdb
import pytest

from eligibility_rules import (
    RuleSet,
    evaluate,
    freeze_pool,
    load_rules,
)
from eligibility_rules.cases import Case, load_cases
from eligibility_rules.programme import Pool
from tests.eligibility_rules.rule_engines import Decided, by_duckdb

CASES = load_cases(load_rules())
EVERY = [
    pytest.param(case, id=f"{code}-{number}")
    for code, cases in CASES.items()
    for number, case in enumerate(cases, 1)
]


def test_every_programme_has_at_least_five_cases(rules: RuleSet) -> None:
    assert {code: len(CASES.get(code, ())) >= 5 for code in rules.programmes} == dict.fromkeys(
        rules.programmes, True
    )


def test_the_cases_reach_every_outcome_of_every_programme(rules: RuleSet) -> None:
    for code in rules.programmes:
        assert {case.outcome.name for case in CASES[code]} == {"DUE", "NOT_DUE", "UNKNOWN"}, code


@pytest.mark.parametrize("case", EVERY)
def test_the_case_is_decided_as_written(
    case: Case, rules: RuleSet, database: duckdb.DuckDBPyConnection
) -> None:
    programme = rules.programme(case.code)
    pool = None
    if isinstance(programme.amount.rule, Pool):
        pool = freeze_pool(rules, case.code, case.month, [case.columns])
    plain = evaluate(rules, case.code, case.columns, case.month, pool=pool)
    states = {reason.condition_id: reason.state for reason in plain.reasons}
    amount_id = f"{case.code}-AMOUNT"
    assert (plain.outcome, plain.amount_fen) == (case.outcome, case.amount_fen)
    assert [one for one, state in states.items() if state == "false"] == list(case.refused)
    opened = [one for one, state in states.items() if state == "unknown" and one != amount_id]
    assert opened == list(case.open)
    [decided] = by_duckdb(
        database, rules, programme.subject, case.month, [case.columns], codes=[case.code]
    )
    assert decided[case.code] == Decided(plain.outcome, plain.amount_fen, plain.held, plain.unknown)

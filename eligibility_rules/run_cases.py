"""Run the cases that officials check through the interpreter and through the compiled SQL."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import duckdb

from eligibility_rules.cases import Case
from eligibility_rules.compiling.by_duckdb import Decided, by_duckdb
from eligibility_rules.deciding.decision import Decision
from eligibility_rules.deciding.evaluate import evaluate, freeze_pool
from eligibility_rules.load import RuleSet
from eligibility_rules.month import Month
from eligibility_rules.programme import Pool


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a case expects or an engine says: the outcome in lower case, whole fen, condition ids."""

    outcome: str
    amount_fen: int | None
    refused: tuple[str, ...]
    open: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CaseResult:
    """A case beside what the two engines came to."""

    case: Case
    expected: Verdict
    interpreter: Verdict
    sql: Verdict

    @property
    def passed(self) -> bool:
        return self.expected == self.interpreter == self.sql


def run_cases(rules: RuleSet, cases: Iterable[Case]) -> Iterator[CaseResult]:
    """Run cases, those of one programme and month together, in the order of their codes and lines.

    Each case of a pool programme is a population of its own. Raises RuleFault for a case of a
    programme without rules.
    """
    with duckdb.connect() as database:
        for group in _together(rules, cases):
            decided = _by_sql(database, rules, group)
            for case, one in zip(group, decided, strict=True):
                yield CaseResult(case, expected(case), decided_now(rules, case), one)


def _together(rules: RuleSet, cases: Iterable[Case]) -> list[list[Case]]:
    groups: dict[tuple[str, Month, int], list[Case]] = {}
    for case in cases:
        pooled = isinstance(rules.programme(case.code).amount.rule, Pool)
        groups.setdefault((case.code, case.month, case.line if pooled else 0), []).append(case)
    return [groups[key] for key in sorted(groups)]


def expected(case: Case) -> Verdict:
    """Return what its author wrote that a case comes to."""
    return Verdict(case.outcome.name.lower(), case.amount_fen, case.refused, case.open)


def decided_now(rules: RuleSet, case: Case) -> Verdict:
    """Return what plain Python says of a case under some rules."""
    pool = None
    if isinstance(rules.programme(case.code).amount.rule, Pool):
        pool = freeze_pool(rules, case.code, case.month, [case.columns])
    return _verdict(rules, case, evaluate(rules, case.code, case.columns, case.month, pool=pool))


def _by_sql(
    database: duckdb.DuckDBPyConnection, rules: RuleSet, group: Sequence[Case]
) -> list[Verdict]:
    first = group[0]
    rows = [case.columns for case in group]
    subject = rules.programme(first.code).subject
    found = by_duckdb(database, rules, subject, first.month, rows, codes=[first.code])
    return [_verdict(rules, case, one[case.code]) for case, one in zip(group, found, strict=True)]


def _verdict(rules: RuleSet, case: Case, decided: Decision | Decided) -> Verdict:
    """The masks written as condition ids; a condition neither held nor unknown is refused."""
    ids = [condition.id for condition in rules.programme(case.code).conditions]
    seen = decided.held | decided.unknown
    refused = tuple(one for bit, one in enumerate(ids) if not seen >> bit & 1)
    unknown = tuple(one for bit, one in enumerate(ids) if decided.unknown >> bit & 1)
    return Verdict(decided.outcome.name.lower(), decided.amount_fen, refused, unknown)

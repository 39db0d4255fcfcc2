"""Ask the rules about somebody: both engines decide, and must agree."""

from collections.abc import Mapping

import duckdb

from eligibility_rules import Month, Outcome, RuleSet, freeze_pool
from eligibility_rules.cases import load_cases
from eligibility_rules.compiling.by_duckdb import by_duckdb
from eligibility_rules.language.kinds import Value
from eligibility_rules.programme import Pool
from tests.eligibility_rules.rule_engines import plainly

Found = tuple[Outcome, int | None]
NOT_DUE: Found = (Outcome.NOT_DUE, None)
UNKNOWN: Found = (Outcome.UNKNOWN, None)


def due(fen: int) -> Found:
    return (Outcome.DUE, fen)


def usual(rules: RuleSet, code: str) -> dict[str, Value]:
    """The facts of the first case of a programme, which is always a due one."""
    return dict(load_cases(rules)[code][0].columns)


def together(rules: RuleSet, *codes: str) -> dict[str, Value]:
    """Somebody who is due each of several programmes, as far as their first cases say."""
    found: dict[str, Value] = {}
    for code in reversed(codes):
        found |= usual(rules, code)
    return found


def ask(rules: RuleSet, code: str, month: str, *rows: Mapping[str, Value]) -> list[Found]:
    """What a programme decides of several subjects in a month."""
    when = Month.parse(month)
    programme = rules.programme(code)
    pool = None
    if isinstance(programme.amount.rule, Pool):
        pool = freeze_pool(rules, code, when, list(rows))
    with duckdb.connect() as database:
        found = by_duckdb(database, rules, programme.subject, when, rows, codes=[code])
    for row, one in zip(rows, found, strict=True):
        assert one[code] == plainly(rules, code, row, when, pool)
    return [(one[code].outcome, one[code].amount_fen) for one in found]

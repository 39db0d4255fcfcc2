"""Decide given subjects with the compiled SQL in a DuckDB of their own, for comparison with the interpreter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb

from eligibility_rules.compile import compile_sql, required_columns
from eligibility_rules.decision import Outcome
from eligibility_rules.facts import Subject, key_column
from eligibility_rules.language.kinds import Value
from eligibility_rules.load import RuleSet
from eligibility_rules.month import Month
from eligibility_rules.pool import PoolRate

Row = Mapping[str, Value]
"""Facts by snapshot column, in the units of the columns; an absent column is NULL."""


@dataclass(frozen=True)
class Decided:
    """What an engine says about one subject and programme, without reasons."""

    outcome: Outcome
    amount_fen: int | None
    held: int
    unknown: int


def fill(
    database: duckdb.DuckDBPyConnection, rules: RuleSet, subject: Subject, rows: Sequence[Row]
) -> None:
    """Put rows of columns into a fresh table named after the subject."""
    columns = required_columns(rules, subject)
    shape = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
    database.execute(f"CREATE OR REPLACE TABLE {subject} ({shape})")
    marks = ", ".join("?" for _ in columns)
    key = key_column(subject)
    lines = [
        [number if name == key else row.get(name) for name in columns]
        for number, row in enumerate(rows)
    ]
    # The subject is one of three words, and the marks are question marks.
    database.executemany(f"INSERT INTO {subject} VALUES ({marks})", lines)  # noqa: S608


def by_duckdb(
    database: duckdb.DuckDBPyConnection,
    rules: RuleSet,
    subject: Subject,
    month: Month,
    rows: Sequence[Row],
    pools: Mapping[str, PoolRate] | None = None,
    codes: Sequence[str] | None = None,
) -> list[dict[str, Decided]]:
    """Decisions of every programme (or those in `codes`), one mapping per row in the given order."""
    fill(database, rules, subject, rows)
    sql = compile_sql(rules, subject, month, table=subject.value, codes=codes, pools=pools)
    found: list[dict[str, Decided]] = []
    for line in database.execute(sql).fetchall():
        decided: dict[str, Decided] = {}
        shown = [one for one in rules.of_subject(subject) if codes is None or one.code in codes]
        for place, programme in enumerate(shown):
            outcome, amount, held, unknown = line[1 + 4 * place : 5 + 4 * place]
            decided[programme.code] = Decided(Outcome(outcome), amount, held, unknown)
        found.append(decided)
    return found

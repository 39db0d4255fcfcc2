"""Decide given subjects with the compiled SQL in a DuckDB of their own, for comparison with the interpreter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow as pa

from eligibility_rules.compiling.compile import compile_sql, required_columns
from eligibility_rules.deciding.decision import Outcome
from eligibility_rules.deciding.pool import PoolRate
from eligibility_rules.facts import Subject, key_column
from eligibility_rules.language.kinds import Value
from eligibility_rules.load import RuleSet
from eligibility_rules.month import Month

_ARROW = {
    "BIGINT": pa.int64(),
    "BOOLEAN": pa.bool_(),
    "DATE": pa.date32(),
    "VARCHAR": pa.string(),
}
Row = Mapping[str, Value]
"""Facts by snapshot column, in the units of the columns; an absent column is NULL."""


@dataclass(frozen=True)
class Decided:
    """What an engine says about one subject and programme, without reasons."""

    outcome: Outcome
    amount_fen: int | None
    held: int
    unknown: int


def as_arrow(rules: RuleSet, subject: Subject, rows: Sequence[Row]) -> pa.Table:
    """Rows of columns as a table whose keys count from nought; what a row lacks is unknown."""
    key = key_column(subject)
    columns: dict[str, Any] = {}
    for name, kind in required_columns(rules, subject).items():
        values = range(len(rows)) if name == key else [row.get(name) for row in rows]
        columns[name] = pa.array(values, _ARROW[kind])
    return pa.table(columns)


def fill(
    database: duckdb.DuckDBPyConnection, rules: RuleSet, subject: Subject, rows: Sequence[Row]
) -> None:
    """Put rows of columns into a fresh table named after the subject."""
    database.register("rows_given", as_arrow(rules, subject, rows))
    database.execute(f"CREATE OR REPLACE TABLE {subject} AS FROM rows_given")
    database.unregister("rows_given")


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
    shown = [one.code for one in rules.of_subject(subject) if codes is None or one.code in codes]
    return decided_lines(database.execute(sql).fetchall(), shown)


def decided_lines(
    lines: Sequence[tuple[Any, ...]], codes: Sequence[str]
) -> list[dict[str, Decided]]:
    """The lines of a compiled statement, by programme; `codes` are those that it shows."""
    found: list[dict[str, Decided]] = []
    for line in lines:
        decided: dict[str, Decided] = {}
        for place, code in enumerate(codes):
            outcome, amount, held, unknown = line[1 + 4 * place : 5 + 4 * place]
            decided[code] = Decided(Outcome(outcome), amount, held, unknown)
        found.append(decided)
    return found

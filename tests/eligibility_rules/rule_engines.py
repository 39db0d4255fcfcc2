"""Decide the same subjects with DuckDB, with Spark and in plain Python, to compare them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from eligibility_rules import Dialect, Month, PoolRate, RuleSet, Subject, compile_sql
from eligibility_rules.compiling.by_duckdb import (
    Decided,
    Row,
    as_arrow,
    by_duckdb,
    decided_lines,
    fill,
)
from eligibility_rules.deciding.evaluate import _Decider

__all__ = ["Decided", "Row", "as_arrow", "by_duckdb", "by_spark", "fill", "plainly"]


def by_spark(
    session: Any,
    rules: RuleSet,
    subject: Subject,
    month: Month,
    facts: Sequence[Path],
    pools: Mapping[str, PoolRate] | None = None,
) -> list[dict[str, Decided]]:
    """Decisions of every programme over Parquet files whose keys count from nought."""
    session.read.parquet(*map(str, facts)).createOrReplaceTempView(subject.value)
    sql = compile_sql(rules, subject, month, subject.value, pools=pools, dialect=Dialect.SPARK)
    lines = sorted(tuple(row) for row in session.sql(sql).collect())
    return decided_lines(lines, [one.code for one in rules.of_subject(subject)])


def plainly(
    rules: RuleSet, code: str, row: Row, month: Month, pool: PoolRate | None = None
) -> Decided:
    """What the reference interpreter decides; `evaluate` without writing its reasons."""
    found = _Decider(rules, code, row, month, {}, {}).decide(rules.programme(code), pool)
    return Decided(found.outcome, found.amount_fen, found.held, found.unknown)

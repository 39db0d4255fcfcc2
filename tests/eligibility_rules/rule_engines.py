"""Decide the same subjects with DuckDB, for comparison with the interpreter."""

from eligibility_rules.by_duckdb import Decided, Row, by_duckdb, fill

__all__ = ["Decided", "Row", "by_duckdb", "fill"]

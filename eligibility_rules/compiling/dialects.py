"""The two engines' SQL: what one tree of SQL is called in each, and nowhere else.

SQLGlot writes both. Spark has no unsigned and no 128-bit integers: masks are BIGINT there, and the
wide products of a pool are DECIMAL(38, 0), divided without the rounding that decimals bring along.
"""

from enum import StrEnum

from sqlglot import exp
from sqlglot.dialects.duckdb import DuckDB
from sqlglot.dialects.spark import Spark

from eligibility_rules.compiling.sql import Sql


class Dialect(StrEnum):
    """An engine that runs compiled rules."""

    DUCKDB = "duckdb"
    SPARK = "spark"

    @property
    def ordered(self) -> str:
        """The clause that orders rows: in Spark within each file, so that no row has to travel."""
        return "SORT BY" if self is Dialect.SPARK else "ORDER BY"

    def write(self, tree: Sql) -> str:
        """The text of an expression."""
        text: str = tree.sql(dialect=_SPARK if self is Dialect.SPARK else _DUCKDB)
        return text

    def quoted(self, name: str) -> str:
        """A column's or a step's name, in the engine's own quotes."""
        return f"`{name}`" if self is Dialect.SPARK else f'"{name}"'


def _divided(generator: Spark.Generator, tree: exp.IntDiv) -> str:
    """`DIV`; for wide numbers, where it would overflow, the exact quotient of what divides evenly."""
    left, right = generator.sql(tree.this), generator.sql(tree.expression)
    if not _is_wide(tree):
        return f"{left} DIV {right}"
    return f"CAST(({left} - {left} % {right}) / {right} AS DECIMAL(38, 0))"


def _is_wide(tree: Sql) -> bool:
    return any(cast.to.is_type(exp.DataType.Type.INT128) for cast in tree.find_all(exp.Cast))


class _SparkRules(Spark):  # type: ignore[misc]
    class Generator(Spark.Generator):  # type: ignore[misc]
        TRANSFORMS = {**Spark.Generator.TRANSFORMS, exp.IntDiv: _divided}  # noqa: RUF012 - SQLGlot's own form
        TYPE_MAPPING = {  # noqa: RUF012
            **Spark.Generator.TYPE_MAPPING,
            exp.DataType.Type.UINT: "BIGINT",
            exp.DataType.Type.INT128: "DECIMAL(38, 0)",
        }


_SPARK = _SparkRules()
_DUCKDB = DuckDB()

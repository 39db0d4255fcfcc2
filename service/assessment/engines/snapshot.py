"""Decide one kind of subject of a frozen month, on the engine asked for, to the same file.

DuckDB reads the encrypted snapshot as it is. Spark needs plain Parquet: the columns that the rules
read are laid out in parts in the working folder, which nobody else may enter and which is removed
afterwards. A Spark of several machines must see that folder under the same path. What Spark says is
put in order by DuckDB, so that the file has the same bytes whichever engine decided.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from eligibility_rules import (
    Month,
    RuleSet,
    Subject,
    compile_sql,
    freeze_pools,
    key_column,
    required_columns,
)
from service.assessment.engines.engine import Engine, EngineName
from service.assessment.engines.facts_view import FACTS
from service.assessment.engines.on_spark import spark_engine

PART_ROWS = 262_144
"""Rows of one plain part; enough parts for every processor of a county's size and above."""
_ONE_FILE = "(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)"
_TYPES = {"outcome": "TINYINT", "amount_fen": "BIGINT", "held": "UINTEGER", "unknown": "UINTEGER"}


class Decide(Protocol):
    """Writes the outcomes of programmes for every row of ``facts`` to ``path``, by key."""

    def __call__(
        self,
        rules: RuleSet,
        subject: Subject,
        month: Month,
        codes: Sequence[str],
        facts: Any,
        path: Path,
    ) -> None: ...


@contextmanager
def deciding(
    name: EngineName, duck: duckdb.DuckDBPyConnection, working: Path, master: str
) -> Iterator[Decide]:
    """Start the engine called ``name``; ``duck`` knows each kind of subject's facts by its name.

    Raises :class:`~service.assessment.engines.on_spark.SparkMissing`.
    """
    if name == "duckdb":
        yield _OnDuckdb(duck)
        return
    with spark_engine(master, working / "scratch") as spark:
        yield _OnSpark(duck, spark, working)


class _OnDuckdb:
    def __init__(self, duck: duckdb.DuckDBPyConnection) -> None:
        self.duck = duck

    def __call__(
        self,
        rules: RuleSet,
        subject: Subject,
        month: Month,
        codes: Sequence[str],
        facts: Any,  # noqa: ARG002 - the engine knows them by the subject's name
        path: Path,
    ) -> None:
        sql = compile_sql(rules, subject, month, table=subject.value, codes=codes)
        self.duck.execute(f"COPY ({sql}) TO '{path}' {_ONE_FILE}")


class _OnSpark:
    def __init__(self, duck: duckdb.DuckDBPyConnection, spark: Engine, working: Path) -> None:
        self.duck = duck
        self.spark = spark
        self.working = working

    def __call__(
        self,
        rules: RuleSet,
        subject: Subject,
        month: Month,
        codes: Sequence[str],
        facts: Any,
        path: Path,
    ) -> None:
        columns = list(required_columns(rules, subject, codes))
        parts = _plain_parts(facts, columns, self.working / "plain" / subject.value)
        pools = freeze_pools(
            rules,
            subject,
            month,
            FACTS,
            lambda sql: self.spark.added_up(sql, parts)[0],
            self.spark.dialect,
            codes,
        )
        sql = compile_sql(
            rules, subject, month, FACTS, codes=codes, pools=pools, dialect=self.spark.dialect
        )
        decided = self.working / "decided" / subject.value
        self.spark.keep(sql, parts, decided)
        self._gather(subject, decided, path)

    def _gather(self, subject: Subject, decided: Path, path: Path) -> None:
        source = f"read_parquet('{decided}/*.parquet')"
        names = [row[0] for row in self.duck.execute(f"DESCRIBE FROM {source}").fetchall()]
        key = key_column(subject)
        shown = ", ".join(_as_decided(name, key) for name in names)
        ordered = f"SELECT {shown} FROM {source} ORDER BY {key}"  # noqa: S608 - columns that we named
        self.duck.execute(f"COPY ({ordered}) TO '{path}' {_ONE_FILE}")


def _as_decided(name: str, key: str) -> str:
    """A column of Spark's as DuckDB's own: the type, and whether it may lack a value.

    DuckDB lays out a page otherwise where statistics tell it that no value is missing; of the key
    and the amounts it never knows so when it decides, of the rest always.
    """
    kind = "BIGINT" if name == key else next(_TYPES[one] for one in _TYPES if name.endswith(one))
    plain = f'CAST("{name}" AS {kind})'
    if name == key or name.endswith("_amount_fen"):
        plain = f'CASE WHEN "{name}" IS NOT NULL THEN {plain} END'
    return f'{plain} AS "{name}"'


def _plain_parts(facts: Any, columns: list[str], folder: Path) -> list[Path]:
    """Write these columns of an Arrow dataset as plain files of :data:`PART_ROWS` rows each."""
    folder.mkdir(parents=True)
    schema = pa.schema([facts.schema.field(name) for name in columns])
    found: list[Path] = []
    waiting: list[pa.RecordBatch] = []
    rows = 0

    def write() -> None:
        found.append(folder / f"part-{len(found):05d}.parquet")
        pq.write_table(pa.Table.from_batches(waiting, schema), found[-1], compression="zstd")
        waiting.clear()

    for batch in facts.to_batches(columns=columns):
        waiting.append(batch)
        rows += batch.num_rows
        if rows >= PART_ROWS:
            write()
            rows = 0
    if waiting or not found:
        write()
    return found

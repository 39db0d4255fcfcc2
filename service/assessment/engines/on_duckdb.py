"""DuckDB: one file after another, so that memory stays that of the largest file."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from eligibility_rules import Dialect
from service.assessment.engines.facts_view import FACTS


@dataclass(frozen=True)
class DuckdbEngine:
    """One connection; see :class:`~service.assessment.engines.engine.Engine`."""

    connection: duckdb.DuckDBPyConnection
    dialect: Dialect = Dialect.DUCKDB

    def columns(self, parts: Sequence[Path]) -> dict[str, str]:
        # Asked of all files together: a part that differs from the others is refused here.
        listed = ", ".join(map(_text, parts))
        found = self.connection.execute(f"DESCRIBE FROM read_parquet([{listed}])").fetchall()
        return {row[0]: row[1] for row in found}

    def added_up(self, sql: str, parts: Sequence[Path]) -> list[int]:
        total: list[int] = []
        for part in parts:
            self._bind(part)
            [row] = self.connection.execute(sql).fetchall()
            total = [
                int(number) + old for number, old in zip(row, total or [0] * len(row), strict=True)
            ]
        return total

    def keep(self, sql: str, parts: Sequence[Path], folder: Path) -> None:
        folder.mkdir(parents=True)
        for part in parts:
            self._bind(part)
            target = _text(folder / part.name)
            self.connection.execute(
                f"COPY ({sql}) TO {target} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)"
            )

    def _bind(self, part: Path) -> None:
        self.connection.execute(
            f"CREATE OR REPLACE TEMP VIEW {FACTS} AS FROM read_parquet({_text(part)})"
        )


@contextmanager
def duckdb_engine(scratch: Path) -> Iterator[DuckdbEngine]:
    """Open a DuckDB of bounded memory that spills to ``scratch``."""
    with duckdb.connect() as connection:
        connection.execute(
            "SET threads = 2; SET preserve_insertion_order = true; SET memory_limit = '1GB'; "
            f"SET enable_progress_bar = false; SET temp_directory = {_text(scratch)}"
        )
        yield DuckdbEngine(connection)


def _text(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"

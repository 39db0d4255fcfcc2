"""What an engine must be able to do, and how one is chosen by name."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, Protocol

from eligibility_rules import Dialect
from service.assessment.engines.on_duckdb import duckdb_engine
from service.assessment.engines.on_spark import spark_engine

EngineName = Literal["duckdb", "spark"]


class Engine(Protocol):
    """Runs statements of one dialect, which read the view ``FACTS``, over Parquet files."""

    @property
    def dialect(self) -> Dialect:
        """Which SQL it speaks."""

    def columns(self, parts: Sequence[Path]) -> dict[str, str]:
        """Return the columns of the files and their types, by DuckDB's names."""

    def added_up(self, sql: str, parts: Sequence[Path]) -> list[int]:
        """Return the only row of a query of whole numbers, added up over the files."""

    def keep(self, sql: str, parts: Sequence[Path], folder: Path) -> None:
        """Write what a query says of the files to Parquet files in a new folder."""


@contextmanager
def engine_called(name: EngineName, scratch: Path, master: str) -> Iterator[Engine]:
    """Start an engine. ``scratch`` takes spilled pages; ``master`` is where Spark runs."""
    started = spark_engine(master, scratch) if name == "spark" else duckdb_engine(scratch)
    with started as engine:
        yield engine

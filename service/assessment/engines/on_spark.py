"""Apache Spark: every file at once, on as many machines as its master has.

pyspark is an optional extra and is imported only here, when Spark is asked for.
"""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from eligibility_rules import Dialect
from service.assessment.engines.facts_view import FACTS
from service.foundation.problems import Problem

_TYPES = {"bigint": "BIGINT", "boolean": "BOOLEAN", "date": "DATE", "string": "VARCHAR"}
_JVM = "-XX:-DontCompileHugeMethods"
"""A statement of all programmes becomes methods that Java would else only interpret: three times slower."""


class SparkMissing(Problem):
    """Spark was asked for and is not installed."""

    code = "spark_missing"
    status = 409
    title = "Spark is not installed"

    def __init__(self, lacking: str, remedy: str) -> None:
        super().__init__(
            f"Spark needs {lacking}, which is not here: {remedy}",
            f"运行 Spark 需要 {lacking}，本机没有：{remedy}",
        )


@dataclass(frozen=True)
class SparkEngine:
    """One session; see :class:`~service.assessment.engines.engine.Engine`."""

    session: Any
    dialect: Dialect = Dialect.SPARK

    def columns(self, parts: Sequence[Path]) -> dict[str, str]:
        self._bind(parts)
        return {name: _TYPES.get(kind, kind) for name, kind in self.session.table(FACTS).dtypes}

    def added_up(self, sql: str, parts: Sequence[Path]) -> list[int]:
        self._bind(parts)
        [row] = self.session.sql(sql).collect()
        return [int(number) for number in row]

    def keep(self, sql: str, parts: Sequence[Path], folder: Path) -> None:
        self._bind(parts)
        folder.parent.mkdir(parents=True, exist_ok=True)
        self.session.sql(sql).write.parquet(str(folder))

    def _bind(self, parts: Sequence[Path]) -> None:
        self.session.read.parquet(*map(str, parts)).createOrReplaceTempView(FACTS)


def require_spark() -> None:
    """Raise :class:`SparkMissing` unless pyspark and Java are here."""
    if find_spec("pyspark") is None:
        raise SparkMissing("pyspark", "pip install 'anxin[spark]'")
    if shutil.which("java") is None:
        raise SparkMissing("Java 17 on the path", "apt-get install default-jre-headless")


@contextmanager
def spark_engine(master: str, scratch: Path) -> Iterator[SparkEngine]:
    """Start a session at ``master`` (``local[*]``, ``spark://…``, ``yarn``) and stop it afterwards.

    Raises :class:`SparkMissing` when pyspark or Java is not installed.
    """
    require_spark()
    from pyspark.sql import SparkSession  # noqa: PLC0415 - an optional extra

    made = SparkSession.builder.master(master).appName("anxin")
    for name, value in _configuration(master, scratch).items():
        made = made.config(name, value)
    session = made.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    try:
        yield SparkEngine(session)
    finally:
        session.stop()


def _configuration(master: str, scratch: Path) -> dict[str, str]:
    # On one machine nothing listens to others.
    at = dict.fromkeys(("spark.driver.host", "spark.driver.bindAddress"), "127.0.0.1")
    return {
        **(at if master.startswith("local") else {}),
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.extraJavaOptions": _JVM,
        "spark.executor.extraJavaOptions": _JVM,
        "spark.local.dir": str(scratch),
        "spark.sql.warehouse.dir": str(scratch / "warehouse"),
        "spark.sql.session.timeZone": "UTC",
        # An overflow or a text that is no number stops the run instead of becoming unknown.
        "spark.sql.ansi.enabled": "true",
        # Dates are those of the calendar that Python and DuckDB use, however old.
        "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",
        "spark.sql.parquet.datetimeRebaseModeInWrite": "CORRECTED",
    }

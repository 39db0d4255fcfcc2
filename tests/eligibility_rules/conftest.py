"""The shipped rules, loaded once, and the engines to decide with."""

import os
import shutil
from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

from eligibility_rules import RuleSet, load_rules

_HOW_TO_GET_IT = "apt-get install default-jre-headless"
_left_out: list[str] = []


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave Spark's tests out where there is no Java; on CI that is an error instead."""
    spark = [item for item in items if item.get_closest_marker("spark")]
    if shutil.which("java") or not spark:
        return
    if os.environ.get("CI") == "true":
        raise pytest.UsageError(f"The tests of Spark need Java: {_HOW_TO_GET_IT}")
    config.hook.pytest_deselected(items=spark)
    items[:] = [item for item in items if item not in spark]
    _left_out.extend(item.nodeid for item in spark)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say what was left out, and how to have it."""
    if _left_out:
        terminalreporter.write_line(
            f"{len(_left_out)} tests of Spark were left out, because there is no Java here. "
            f"To have them: {_HOW_TO_GET_IT}",
            yellow=True,
        )


@pytest.fixture(scope="session")
def rules() -> RuleSet:
    return load_rules()


@pytest.fixture
def database() -> Iterator[duckdb.DuckDBPyConnection]:
    connection = duckdb.connect()
    yield connection
    connection.close()

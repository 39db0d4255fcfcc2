"""The shipped rules, loaded once, and the engines to decide with."""

from collections.abc import Iterator

import duckdb
import pytest

from eligibility_rules import RuleSet, load_rules


@pytest.fixture(scope="session")
def rules() -> RuleSet:
    return load_rules()


@pytest.fixture
def database() -> Iterator[duckdb.DuckDBPyConnection]:
    connection = duckdb.connect()
    yield connection
    connection.close()

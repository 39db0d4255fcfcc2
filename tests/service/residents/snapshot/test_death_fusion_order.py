"""In whatever order the departments report, the same deaths come out."""

from collections.abc import Iterator
from datetime import date, timedelta
from importlib.resources import files
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

DAY = date(2026, 10, 1)
TABLES = {
    "wj_death": "person_id BIGINT, death_date DATE, retracted_on DATE, delivery_id VARCHAR",
    "mz_crem": "person_id BIGINT, death_date DATE, retracted_on DATE, delivery_id VARCHAR, handler_person_id BIGINT",
    "ga_dereg": "person_id BIGINT, dereg_date DATE, reason VARCHAR, restored_on DATE, delivery_id VARCHAR",
    "fy_court": "person_id BIGINT, kind VARCHAR, effective_on DATE, death_date DATE, revoked_on DATE, delivery_id VARCHAR",
    "ga_hukou": "person_id BIGINT, status VARCHAR, delivery_id VARCHAR",
    "delivery": "feed VARCHAR, delivery_id VARCHAR, received_at BIGINT, as_of DATE, mode VARCHAR",
    "confirmation": "person_id BIGINT, answer VARCHAR, stated_on DATE",
}


@pytest.fixture(scope="module")
def bench() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


def _fuse(bench: duckdb.DuckDBPyConnection, rows: list[tuple[str, tuple[Any, ...]]]) -> list[Any]:
    for table, columns in TABLES.items():
        bench.execute(f"CREATE OR REPLACE TABLE {table} ({columns})")
    for table, row in rows:
        bench.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", list(row))
    for table in ("death_report", "register_normal", "funeral_handler", "death"):
        bench.execute(f"DROP TABLE IF EXISTS {table}")
    sql = files("service.residents.snapshot") / "facts" / "death.sql"
    bench.execute(sql.read_text(encoding="utf-8"))
    return bench.execute("FROM death ORDER BY person_id").fetchall()


days = st.integers(0, 60).map(lambda days: DAY + timedelta(days))
maybe = st.none() | days
persons = st.integers(1, 3)
deliveries = st.sampled_from(["early", "late"])
reports = st.one_of(
    st.tuples(st.just("wj_death"), st.tuples(persons, days, maybe, deliveries)),
    st.tuples(st.just("mz_crem"), st.tuples(persons, days, maybe, deliveries, st.none() | persons)),
    st.tuples(
        st.just("ga_dereg"),
        st.tuples(persons, days, st.sampled_from(["死亡", "入伍"]), maybe, deliveries),
    ),
    st.tuples(
        st.just("fy_court"),
        st.tuples(persons, st.just("宣告死亡"), days, maybe, maybe, deliveries),
    ),
)
standing: list[tuple[str, tuple[Any, ...]]] = [
    ("delivery", ("GA_HUKOU", "register", 1, DAY + timedelta(30), "full")),
    ("delivery", ("X", "early", 1, DAY + timedelta(10), "incremental")),
    ("delivery", ("X", "late", 2, DAY + timedelta(50), "incremental")),
    *(("ga_hukou", (person, "正常", "register")) for person in (1, 2, 3)),
]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(reports, max_size=8),
    st.dictionaries(persons, st.tuples(st.sampled_from(["dead", "alive"]), days)),
    st.randoms(use_true_random=False),
)
def test_the_order_of_the_reports_changes_nothing(
    bench: duckdb.DuckDBPyConnection,
    told: list[tuple[str, tuple[Any, ...]]],
    answers: dict[int, tuple[str, date]],
    random: Any,
) -> None:
    seen = [("confirmation", (person, *answer)) for person, answer in answers.items()]
    rows = [*standing, *told, *seen]
    once = _fuse(bench, rows)
    shuffled = list(rows)
    random.shuffle(shuffled)
    assert _fuse(bench, shuffled) == once
    for _, died, reported, falsely in once:
        # A death is confirmed, or only reported, or was none at all.
        assert sum(one is not None for one in (died, reported, falsely)) == 1

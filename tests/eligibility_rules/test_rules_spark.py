"""Apache Spark, two workers in processes of their own, decides every programme as DuckDB does.

DuckDB is held against the interpreter elsewhere; here every column of every subject is compared.
"""

import random
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from eligibility_rules import (
    Month,
    RuleSet,
    RulesInvalid,
    Subject,
    compile_sql,
    freeze_pool,
    key_column,
    load_rules,
)
from eligibility_rules.cases import load_cases
from eligibility_rules.programme import Pool
from service.assessment.engines.folder import assess_folder
from service.assessment.engines.on_duckdb import duckdb_engine
from service.assessment.engines.on_spark import SparkEngine, spark_engine
from tests.eligibility_rules.random_rules import CODES, files, grammar, load, only_words
from tests.eligibility_rules.rule_engines import Row, as_arrow, by_duckdb, by_spark, plainly
from tests.eligibility_rules.synthetic_subjects import random_row, subjects, telling_values

pytestmark = pytest.mark.spark
MONTH = Month.parse("2026-10")
LEAP = Month.parse("2028-02")
PARTS = 2
WORDS = grammar(load_rules())


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkEngine]:
    with pytest.MonkeyPatch.context() as patch:
        # Java's second compiler pays only in runs longer than a test.
        patch.setenv("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1")
        with spark_engine("local-cluster[2,1,1024]", tmp_path_factory.mktemp("spark")) as engine:
            yield engine


@pytest.fixture(scope="module")
def words_only(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The few facts and parameters that random rules speak of."""
    return only_words(WORDS, tmp_path_factory.mktemp("words"))


@pytest.fixture(scope="module")
def snapshot(rules: RuleSet, tmp_path_factory: pytest.TempPathFactory) -> dict[Subject, list[Row]]:
    """Synthetic subjects of every kind, the same for every test."""
    draw = random.Random(7)
    cases = load_cases(rules)
    return {
        subject: [
            row for _, row in subjects(rules, cases, subject, MONTH, draw, near=24, anyhow=300)
        ]
        for subject in Subject
    }


@pytest.fixture(scope="module")
def folder(
    rules: RuleSet,
    snapshot: dict[Subject, list[Row]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    home = tmp_path_factory.mktemp("facts")
    for subject, rows in snapshot.items():
        table = as_arrow(rules, subject, rows)
        (home / subject.value).mkdir()
        size = -(-len(rows) // PARTS)
        for part in range(PARTS):
            pq.write_table(
                table.slice(part * size, size), home / subject.value / f"part-{part}.parquet"
            )
    return home


@pytest.mark.parametrize("subject", list(Subject))
def test_spark_decides_every_programme_as_duckdb_does(
    rules: RuleSet,
    spark: SparkEngine,
    folder: Path,
    snapshot: dict[Subject, list[Row]],
    subject: Subject,
) -> None:
    rows = snapshot[subject]
    with duckdb.connect() as database:
        expected = by_duckdb(database, rules, subject, MONTH, rows)
    parts = sorted((folder / subject.value).glob("*.parquet"))
    found = by_spark(spark.session, rules, subject, MONTH, parts)
    assert len(found) == len(rows)
    for row, mine, other in zip(rows, expected, found, strict=True):
        for code, decided in mine.items():
            assert other[code] == decided, (code, row)


@settings(
    max_examples=4,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],
)
@given(texts=files(WORDS), seed=st.integers(0, 2**32))
def test_random_rules_mean_the_same_to_spark(
    spark: SparkEngine, words_only: Path, tmp_path: Path, texts: dict[str, str], seed: int
) -> None:
    try:
        made = load(words_only, texts)
    except RulesInvalid:
        assume(False)
    draw = random.Random(seed)
    values = telling_values(made, Subject.PERSON, MONTH)
    rows = [random_row(values, draw) for _ in range(100)]
    path = tmp_path / f"{seed}.parquet"
    pq.write_table(as_arrow(made, Subject.PERSON, rows), path)
    found = by_spark(spark.session, made, Subject.PERSON, MONTH, [path])
    for row, decided in zip(rows, found, strict=True):
        for code in CODES:
            assert decided[code] == plainly(made, code, row, MONTH), (code, texts, row)


def test_a_folder_assessed_by_both_engines_says_the_same(
    rules: RuleSet, spark: SparkEngine, folder: Path, tmp_path: Path
) -> None:
    """Another month; pools included, whose rates are frozen before any part is decided."""
    codes = tuple(rules.programmes)
    theirs = assess_folder(spark, rules, LEAP, folder, tmp_path / "spark", codes)
    with duckdb_engine(tmp_path) as engine:
        ours = assess_folder(engine, rules, LEAP, folder, tmp_path / "duckdb", codes)
    assert theirs == ours
    assert sum(counted["due"] for counted in ours.values()) > 100
    with duckdb.connect() as database:
        for subject in Subject:
            key = key_column(subject)
            sides = [
                database.execute(
                    f"SELECT * REPLACE (CAST({key} AS BIGINT) AS {key}) "
                    f"FROM read_parquet('{tmp_path}/{engine}/{subject}/*.parquet') ORDER BY {key}"
                ).fetchall()
                for engine in ("spark", "duckdb")
            ]
            assert sides[0] == sides[1]
            assert sides[0]


def test_a_pool_frozen_by_an_engine_is_that_of_the_interpreter(
    rules: RuleSet, folder: Path, snapshot: dict[Subject, list[Row]], tmp_path: Path
) -> None:
    for programme in rules.programmes.values():
        if not isinstance(programme.amount.rule, Pool):
            continue
        frozen = freeze_pool(rules, programme.code, MONTH, snapshot[programme.subject])
        with duckdb_engine(tmp_path) as engine:
            target = tmp_path / programme.code
            figures = assess_folder(engine, rules, MONTH, folder, target, (programme.code,))
        if frozen is not None and figures:
            assert figures[programme.code]["amount_fen"] <= frozen.paid_fen


def test_statements_differ_only_in_what_spark_has_not() -> None:
    rules = load_rules()
    sql = compile_sql(rules, Subject.LAND, MONTH, dialect="spark")
    assert "HUGEINT" not in sql
    assert "UINTEGER" not in sql
    assert '"' not in sql
    assert "DECIMAL(38, 0)" in sql

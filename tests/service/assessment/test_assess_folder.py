"""``anxin rules assess``: a month decided over plain Parquet, part by part, without a database."""

import json
import random
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner, Result

from eligibility_rules import Month, RuleSet, Subject, load_rules
from eligibility_rules.cases import load_cases
from service.assessment.engines import on_spark
from service.assessment.engines.on_spark import SparkMissing
from service.cli import app
from tests.eligibility_rules.rule_engines import as_arrow
from tests.eligibility_rules.synthetic_subjects import subjects

MONTH = Month.parse("2026-10")


@pytest.fixture(scope="module")
def shipped() -> RuleSet:
    return load_rules()


@pytest.fixture
def facts(shipped: RuleSet, tmp_path: Path) -> Path:
    """Three parts of each kind of subject."""
    home = tmp_path / "facts"
    cases = load_cases(shipped)
    for subject in Subject:
        made = subjects(shipped, cases, subject, MONTH, random.Random(3), near=6, anyhow=30)
        table = as_arrow(shipped, subject, [row for _, row in made])
        (home / subject.value).mkdir(parents=True)
        size = -(-table.num_rows // 3)
        for part in range(3):
            pq.write_table(table.slice(part * size, size), home / subject.value / f"{part}.parquet")
    return home


def assess(facts: Path, output: Path, *more: str) -> Result:
    arguments = ["rules", "assess", str(facts), "--month", "2026-10", "--output", str(output)]
    return CliRunner().invoke(app, [*arguments, *more])


def test_every_part_is_decided_and_counted(facts: Path, tmp_path: Path) -> None:
    result = assess(facts, tmp_path / "out", "--json")
    assert result.exit_code == 0, result.output
    said = json.loads(result.stdout)
    with duckdb.connect() as database:
        for code in ("MZ15", "WJ02"):
            row = database.execute(
                f"SELECT count(*) FILTER ({code}_outcome = 1), sum({code}_amount_fen) "
                f"FROM read_parquet('{tmp_path}/out/person/*.parquet')"
            ).fetchone()
            assert row is not None
            assert row[0] == said["programmes"][code]["due"] > 0
            assert row[1] == said["programmes"][code]["amount_fen"] > 0
    assert len(list((tmp_path / "out" / "person").glob("*.parquet"))) == 3


def test_the_same_facts_and_rules_give_the_same_bytes(facts: Path, tmp_path: Path) -> None:
    for name in ("first", "second"):
        assert assess(facts, tmp_path / name).exit_code == 0
    for path in (tmp_path / "first").rglob("*.parquet"):
        other = tmp_path / "second" / path.relative_to(tmp_path / "first")
        assert path.read_bytes() == other.read_bytes()


def test_a_pool_over_parts_pays_what_it_pays_over_the_whole(
    shipped: RuleSet, facts: Path, tmp_path: Path
) -> None:
    whole = tmp_path / "whole"
    (whole / "land").mkdir(parents=True)
    with duckdb.connect() as database:
        database.execute(
            f"COPY (FROM read_parquet('{facts}/land/*.parquet')) "
            f"TO '{whole}/land/all.parquet' (FORMAT parquet)"
        )
    sums = [
        json.loads(
            assess(folder, tmp_path / f"out-{folder.name}", "--json", "--programmes", "NY01").stdout
        )["programmes"]["NY01"]
        for folder in (facts, whole)
    ]
    assert sums[0] == sums[1]
    assert 0 < sums[0]["amount_fen"] <= (shipped.parameters["dl_pool"].value(MONTH) or 0)


def test_a_folder_without_facts_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    result = assess(tmp_path / "empty", tmp_path / "out")
    assert result.exit_code == 1
    assert "person/*.parquet" in str(result.exception)


def test_a_missing_column_is_named_with_its_type(facts: Path, tmp_path: Path) -> None:
    for path in (facts / "land").glob("*.parquet"):
        pq.write_table(pq.read_table(path).drop_columns(["land__eligible_area_milli_mu"]), path)
    result = assess(facts, tmp_path / "out", "--programmes", "NY01")
    assert "land.land__eligible_area_milli_mu (BIGINT)" in str(result.exception)


def test_outcomes_are_never_written_over(facts: Path, tmp_path: Path) -> None:
    assert assess(facts, tmp_path / "out").exit_code == 0
    again = assess(facts, tmp_path / "out")
    assert "not empty" in str(again.exception)


def test_a_wrong_month_is_refused(facts: Path, tmp_path: Path) -> None:
    output = str(tmp_path / "out")
    asked = ["rules", "assess", str(facts), "--month", "2026-13", "--output", output]
    assert CliRunner().invoke(app, asked).exit_code == 2


def test_spark_that_is_not_there_is_asked_for(
    facts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(on_spark, "find_spec", lambda _: None)
    result = assess(facts, tmp_path / "out", "--engine", "spark")
    assert isinstance(result.exception, SparkMissing)
    assert "anxin[spark]" in str(result.exception)
    monkeypatch.undo()
    monkeypatch.setattr("shutil.which", lambda _: None)
    monkeypatch.setattr(on_spark, "find_spec", lambda _: object())
    result = assess(facts, tmp_path / "out", "--engine", "spark")
    assert "default-jre-headless" in str(result.exception)

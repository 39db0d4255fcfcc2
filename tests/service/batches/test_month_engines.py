"""The one button on either engine: what is decided, kept and built is the same, to the byte."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import DateTime, select
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from eligibility_rules import Month as RuleMonth
from eligibility_rules import Programme, RuleSet
from service.assessment.assess import assess
from service.assessment.engines import on_spark
from service.assessment.engines.engine import EngineName
from service.assessment.engines.on_spark import SparkMissing
from service.assessment.models import Assessment, Decision
from service.audit.actor import SYSTEM
from service.audit.models import AuditEntry
from service.batches.build import build
from service.batches.mending.models import MendRun
from service.batches.models import Batch, MonthRun, Payment, PaymentHold
from service.batches.month import press
from service.cli import app
from service.demo.county import make_county
from service.foundation import jobs
from service.foundation.database import Base
from service.foundation.months import Month
from service.programmes.in_force import payable
from service.residents.importing import import_folder
from service.residents.models import Snapshot
from service.residents.snapshot import freeze
from tests.factories.batches import channel
from tests.foundation.committed import Committed

OCTOBER = Month(2026, 10)
SOME = {
    "CL01", "CL02", "JY01", "MZ01", "MZ02", "MZ07", "MZ08", "MZ15", "MZ16", "NY01", "NY02", "TY01",
    "WJ02", "YJ04",
}  # fmt: skip
"""Of every kind of subject, a pool and dependencies among them. Spark takes a minute to plan the whole
catalogue on a busy machine; that it decides all of it as DuckDB does is tried with the rules."""


@dataclass(frozen=True)
class Stored:
    """Everything of a month that an engine could change."""

    assessment: tuple[str, dict[str, str], dict[str, Any]]
    rows: dict[str, list[tuple[Any, ...]]]


_OURS: tuple[tuple[type[Base], set[str]], ...] = (
    (Decision, {"id", "assessment_id"}),
    (Batch, {"id", "assessment_id", "salt"}),
    (Payment, {"id", "batch_id", "decision_id"}),
    (PaymentHold, {"id", "payment_id"}),
)
"""What is kept, and which of its columns are drawn anew on every run; times are, too."""


def _stored(session: Session) -> Stored:
    assessment = session.scalars(select(Assessment)).one()
    said = {name: kept["says"] for name, kept in assessment.files.items()}
    rows = {}
    for model, drawn in _OURS:
        columns = [
            one
            for one in model.__table__.columns
            if one.name not in drawn and not isinstance(one.type, DateTime)
        ]
        found = session.execute(select(*columns)).all()
        rows[model.__name__] = sorted((tuple(row) for row in found), key=repr)
    return Stored((assessment.digest, said, assessment.counts), rows)


@pytest.mark.spark
def test_a_countys_month_is_the_same_on_both_engines(
    committed: Committed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Java's second compiler pays only in runs longer than a test.
    monkeypatch.setenv("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1")
    assessed = RuleSet.assessed

    def some(rules: RuleSet, month: RuleMonth) -> tuple[Programme, ...]:
        return tuple(one for one in assessed(rules, month) if one.code in SOME)

    monkeypatch.setattr(RuleSet, "assessed", some)
    county = make_county(tmp_path / "county", residents=2_000, seed=7, month="2026-10")
    import_folder(committed.transaction, county.folder / "2026-10", by=SYSTEM)
    with committed.transaction() as session:
        channel("rural")
        snapshot_id = freeze(session, OCTOBER, by=SYSTEM).id
    with committed.transaction() as session:
        undone = session.begin_nested()
        by_duckdb = _month(session, snapshot_id)
        undone.rollback()
    with committed.transaction() as session:
        run_id = press(session, OCTOBER, by=SYSTEM, engine="spark").id
    jobs.drain(kinds=("month.freeze", "month.assess", "month.build"))
    with committed.transaction() as session:
        run = session.get_one(MonthRun, run_id)
        assert (run.stage, run.problem, run.snapshot_id) == ("built", None, snapshot_id)
        by_spark = _stored(session)
        assert _engines(session) == ["spark"]
    assert by_spark.assessment == by_duckdb.assessment
    # Of each kind of subject its outcomes, and the same once more in cells.
    assert len(by_duckdb.assessment[1]) == 6
    for name, rows in by_duckdb.rows.items():
        assert by_spark.rows[name] == rows, name
    assert len(by_duckdb.rows["Payment"]) > 200
    assert len(by_duckdb.rows["Decision"]) > 500
    assert not list((committed.data_dir / "snapshots").glob(".freezing-*"))


def _month(session: Session, snapshot_id: Any) -> Stored:
    assessment = assess(session, session.get_one(Snapshot, snapshot_id), by=SYSTEM, engine="duckdb")
    for code in payable(session, OCTOBER):
        build(session, assessment, code, by=SYSTEM)
    session.flush()
    return _stored(session)


def _engines(session: Session) -> list[Any]:
    entries = session.scalars(select(AuditEntry).where(AuditEntry.act == "month.assessed"))
    return [json.loads(entry.canonical)["details"]["engine"] for entry in entries]


@pytest.mark.parametrize("command", ["run", "mend"])
@pytest.mark.parametrize("lacking", ["pyspark", "Java"])
def test_a_spark_that_is_not_there_is_refused_before_anything_begins(
    committed: Committed, monkeypatch: pytest.MonkeyPatch, command: str, lacking: str
) -> None:
    monkeypatch.setattr(on_spark, "find_spec", lambda _: None if lacking == "pyspark" else object())
    monkeypatch.setattr("shutil.which", lambda _: None)
    result = CliRunner().invoke(app, ["month", command, "2026-10", "--engine", "spark"])
    assert isinstance(result.exception, SparkMissing)
    assert result.exception.code == "spark_missing"
    assert f"Spark needs {lacking}" in str(result.exception)
    with committed.transaction() as session:
        assert not session.scalars(select(MonthRun)).all()
        assert not session.scalars(select(MendRun)).all()


@pytest.mark.parametrize("engine", [None, "duckdb", "spark"])
def test_the_engine_asked_for_goes_with_the_run(
    committed: Committed, engine: EngineName | None
) -> None:
    with committed.transaction() as session:
        press(session, OCTOBER, by=SYSTEM, engine=engine)
    with committed.transaction() as session:
        waiting = session.scalars(select(jobs.Job).where(jobs.Job.kind == "month.freeze")).one()
        assert waiting.arguments.get("engine") == engine

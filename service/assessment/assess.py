"""Assess a month: run the rules over a snapshot, once for everyone and every programme.

The outcome files are written beside the snapshot, encrypted as it is. The same snapshot and the
same rules say the same, byte for byte, before the encryption: rows are ordered by subject and
written by one thread.
"""

import hashlib
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from sqlalchemy import select
from sqlalchemy.orm import Session

from eligibility_rules import Month as RuleMonth
from eligibility_rules import RuleSet, Subject, key_column, required_columns
from service.assessment.cells import CELLS_TOGETHER, write_cells
from service.assessment.engines.engine import EngineName
from service.assessment.engines.snapshot import deciding
from service.assessment.keep import keep_decisions
from service.assessment.models import Assessment
from service.assessment.outcome_files import encrypted, purpose_of
from service.audit.actor import Actor
from service.audit.record import record
from service.foundation import clock
from service.foundation.problems import Problem
from service.foundation.settings import settings
from service.programmes.catalogue import keep_version
from service.programmes.in_force import begin, rules_for
from service.residents.models import Snapshot
from service.residents.snapshot import open_snapshot, read_table
from service.residents.snapshot.working import working_folder


class SnapshotLacks(Problem):
    """The snapshot has not the facts the rules need."""

    code = "snapshot_lacks_facts"
    status = 409
    title = "The snapshot lacks facts"

    def __init__(self, missing: list[str]) -> None:
        listed = ", ".join(missing)
        super().__init__(
            f"The snapshot lacks what the rules need: {listed}.",
            f"快照缺少规则所需的数据项：{listed}。",
        )


@dataclass(frozen=True)
class Outcomes:
    """The outcomes of one kind of subject, plain while they are worked with, and their programmes."""

    subject: Subject
    facts: Any
    """The snapshot's table, as an Arrow dataset."""
    path: Path
    programmes: tuple[str, ...]


def assess(
    session: Session, snapshot: Snapshot, *, by: Actor, engine: EngineName | None = None
) -> Assessment:
    """Run every programme payable in the snapshot's month; the same snapshot and rules run once.

    Everything payable is assessed, whatever part of it will be paid now: one assessment answers
    for the whole month. ``engine`` is that of the settings if not given; both say the same, byte for
    byte. Raises :class:`SnapshotLacks` and
    :class:`~service.assessment.engines.on_spark.SparkMissing`.
    """
    engine = engine or settings().engine
    begin(session, snapshot.month)
    rule_set = rules_for(session, snapshot.month)
    digest = keep_version(session, rule_set)
    existing = session.scalars(
        select(Assessment).where(
            Assessment.snapshot_id == snapshot.id, Assessment.rule_digest == digest
        )
    ).first()
    if existing is not None:
        return existing
    open_snapshot(snapshot)
    month = RuleMonth.parse(snapshot.month)
    home = settings().snapshots_dir
    target = home / f"{snapshot.month}-{snapshot.digest[:12]}-{digest[:12]}"
    with working_folder(home) as working:
        outcomes = _run(snapshot, rule_set, working, month, engine)
        purpose = purpose_of(snapshot.digest, digest)
        files = encrypted([found.path for found in outcomes], working, purpose)
        cells = encrypted(
            _cells(outcomes, working), working, purpose, CELLS_TOGETHER, by_first=True
        )
        counts = _counts(outcomes, working)
        assessment = Assessment(
            month=snapshot.month,
            snapshot_id=snapshot.id,
            rule_digest=digest,
            digest=_digest(files),
            folder=target.name,
            files=files | cells,
            counts=counts,
            assessed_at=clock.now(),
        )
        session.add(assessment)
        # Another process that assesses the same waits here until we have committed.
        session.flush()
        keep_decisions(session, assessment, rule_set, outcomes, month, working)
        target.mkdir(exist_ok=True)
        for name in files | cells:
            shutil.move(working / "encrypted" / name, target / name)
    record(
        session,
        "month.assessed",
        by=by,
        on=("assessments", assessment.id),
        details={
            "month": snapshot.month,
            "snapshot_digest": snapshot.digest,
            "rule_digest": digest,
            "digest": assessment.digest,
            "engine": engine,
            "counts": {code: _as_text(figures) for code, figures in counts.items()},
        },
    )
    return assessment


@contextmanager
def engine_in(working: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a DuckDB of bounded memory, whose spilled pages go to the working folder."""
    with duckdb.connect() as engine:
        spill = str(working / "spill").replace("'", "''")
        engine.execute(
            "SET threads = 2; SET preserve_insertion_order = true; SET memory_limit = '3GB'; "
            "SET enable_progress_bar = false; "
            f"SET temp_directory = '{spill}'"
        )
        yield engine


def _run(
    snapshot: Snapshot, rule_set: RuleSet, working: Path, month: RuleMonth, name: EngineName
) -> list[Outcomes]:
    found = []
    with (
        engine_in(working) as engine,
        deciding(name, engine, working, settings().spark_master) as decide,
    ):
        for subject in Subject:
            payable = tuple(one.code for one in rule_set.assessed(month) if one.subject is subject)
            if not payable:
                continue
            facts = read_table(snapshot, subject.value)
            engine.register(subject.value, facts)
            check_columns(engine, rule_set, subject, payable)
            path = working / f"{subject.value}-outcomes.parquet"
            decide(rule_set, subject, month, payable, facts, path)
            found.append(Outcomes(subject, facts, path, payable))
    return found


def check_columns(
    engine: duckdb.DuckDBPyConnection, rule_set: RuleSet, subject: Subject, codes: Iterable[str]
) -> None:
    """Refuse a snapshot's registered table without what programmes read; raises SnapshotLacks."""
    described = engine.execute(f"DESCRIBE FROM {subject.value}").fetchall()
    have = {row[0]: row[1] for row in described}
    missing = [
        f"{column} ({kind})"
        for column, kind in required_columns(rule_set, subject, codes).items()
        if have.get(column) != kind
    ]
    if key_column(subject) not in have:
        missing.append(key_column(subject))
    if missing:
        raise SnapshotLacks(missing)


def _cells(outcomes: list[Outcomes], working: Path) -> list[Path]:
    with engine_in(working) as engine:
        return [
            write_cells(engine, found.path, found.subject, found.programmes) for found in outcomes
        ]


def _counts(outcomes: list[Outcomes], working: Path) -> dict[str, Any]:
    counts: dict[str, Any] = {}
    with engine_in(working) as engine:
        for found in outcomes:
            for code in found.programmes:
                row = engine.execute(
                    f"SELECT count(*) FILTER (WHERE {code}_outcome = 1), "  # noqa: S608 - codes of loaded rules
                    f"count(*) FILTER (WHERE {code}_outcome = 0), "
                    f"count(*) FILTER (WHERE {code}_outcome = 2), "
                    f"coalesce(sum({code}_amount_fen), 0)::BIGINT "
                    f"FROM read_parquet('{found.path}')"
                ).fetchone()
                due, not_due, unknown, amount_fen = row or (0, 0, 0, 0)
                counts[code] = {
                    "due": due, "not_due": not_due, "unknown": unknown, "amount_fen": amount_fen
                }  # fmt: skip
    return counts


def _as_text(figures: dict[str, int]) -> dict[str, str]:
    return {name: str(value) for name, value in figures.items()}


def _digest(files: dict[str, Any]) -> str:
    listed = "".join(f"{name}  {kept['says']}\n" for name, kept in sorted(files.items()))
    return hashlib.sha256(listed.encode()).hexdigest()

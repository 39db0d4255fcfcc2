"""Keep more decisions of an assessment as rows: of subjects that somebody asks about by name.

Who is not due and was not due the month before has no row, only a place in the outcome files. Once
somebody who was paid turns out not to have been due, that decision must be nameable.
"""

from collections.abc import Collection

import duckdb
import pyarrow as pa
from sqlalchemy import select
from sqlalchemy.orm import Session

from eligibility_rules import Month as RuleMonth
from eligibility_rules import Subject, key_column
from service.assessment.keep import COLUMNS, chunks, export
from service.assessment.models import Assessment, Decision
from service.assessment.outcome_files import open_outcomes
from service.foundation.settings import settings
from service.programmes.versions import load_version
from service.residents.models import Snapshot
from service.residents.snapshot import open_snapshot, read_table
from service.residents.snapshot.working import working_folder


def keep_asked(
    session: Session, assessment: Assessment, programme: str, kind: str, subjects: Collection[int]
) -> None:
    """Keep the decisions about these subjects that have no row yet; who is in no file gets none."""
    subject = Subject(kind)
    if not subjects or f"{kind}-outcomes.parquet" not in assessment.files:
        return
    known = select(Decision.subject_id).where(
        Decision.assessment_id == assessment.id,
        Decision.programme == programme,
        Decision.subject_id.in_(subjects),
    )
    missing = sorted(set(subjects) - set(session.scalars(known)))
    if not missing:
        return
    snapshot = session.get_one(Snapshot, assessment.snapshot_id)
    open_snapshot(snapshot)
    outcomes = open_outcomes(snapshot, assessment)[subject]
    if f"{programme}_outcome" not in outcomes.schema.names:
        return
    driver = session.connection().connection.driver_connection
    assert driver is not None  # noqa: S101 - a connected session has one
    with working_folder(settings().snapshots_dir) as scratch, duckdb.connect() as engine:
        path = scratch / "asked.csv"
        engine.register("outcomes", outcomes)
        engine.register("facts", read_table(snapshot, kind))
        engine.register("asked", pa.table({"subject_id": pa.array(missing, pa.int64())}))
        kept = f"o.{key_column(subject)} IN (SELECT subject_id FROM asked)"  # noqa: S608 - our own column
        month = RuleMonth.parse(assessment.month)
        decided_by = load_version(session, assessment.rule_digest)
        engine.execute(export(decided_by, programme, assessment, month, path, "outcomes", kept))
        with (
            driver.cursor() as cursor,
            cursor.copy(f"COPY decisions ({COLUMNS}) FROM STDIN (FORMAT csv)") as copy,
        ):
            for chunk in chunks(path):
                copy.write(chunk)

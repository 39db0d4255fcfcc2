"""Keep decisions as rows: due, unknown, and those that were due last month and are not now."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import duckdb
import pyarrow as pa
from sqlalchemy import text
from sqlalchemy.orm import Session

from eligibility_rules import Month as RuleMonth
from eligibility_rules import RuleSet, Subject, key_column, office_late_sql
from service.assessment.models import Assessment

if TYPE_CHECKING:
    from service.assessment.assess import Outcomes

# Who receives what is due about somebody else (a child, a soldier, a patient, the dead): never read by a rule.
_PAYEES = {
    "MZ19": "burial_payee_person_id",
    "RS02": "pension_heir_person_id",
    "TY10": "conscript_payee_person_id",
    "TY12": "funeral_payee_person_id",
    "WJ06": "childcare_payee_person_id",
    "WJ07": "birth_grant_payee_person_id",
    "WJ09": "patient_payee_person_id",
    "YJ04": "disaster_heir_person_id",
}
FOR_THE_FAMILY = ("MZ19", "RS02", "TY12", "YJ04")
"""Programmes for somebody's death: due to the family, never to the one who died."""

_KEPT = "(o.{code}_amount_fen > 0 OR o.{code}_outcome = 2)"
"""What of a programme's outcomes is kept, beside what was due the month before."""

COLUMNS = (
    "assessment_id, programme, period, subject_kind, subject_id, payee_person_id, division, "
    "outcome, amount_fen, is_office_late, held_mask, unknown_mask"
)


def payee_column(subject: Subject, code: str) -> str:
    """Return the snapshot column that says who is paid."""
    if code in _PAYEES:
        return _PAYEES[code]
    return (
        "coalesce(guardian_person_id, payee_person_id)"
        if subject is Subject.PERSON
        else "payee_person_id"
    )


def keep_decisions(
    session: Session,
    assessment: Assessment,
    rule_set: RuleSet,
    outcomes: list["Outcomes"],
    month: RuleMonth,
    scratch: Path,
) -> None:
    """Copy what matters as rows from the outcome files into ``decisions``.

    Whoever is due nought yuan (all of it set off, say) has nothing to be paid and no row.
    """
    driver = session.connection().connection.driver_connection
    assert driver is not None  # noqa: S101 - a connected session has one
    with duckdb.connect() as engine, driver.cursor() as cursor:
        engine.execute(f"SET temp_directory = '{scratch / 'spill'}'")
        stopped = _due_last_month(session, assessment)
        for found in outcomes:
            engine.register("facts", found.facts)
            source = f"read_parquet('{found.path}')"
            due = {code: _KEPT.format(code=code) for code in found.programmes}
            some = _with_some(engine, source, due) | stopped.keys()
            for code in [one for one in found.programmes if one in some]:
                path = scratch / f"{code}.csv"
                before = pa.table({"subject_id": pa.array(stopped.get(code, []), pa.int64())})
                engine.register("stopped", before)
                kept = f"{due[code]} OR o.{key_column(found.subject)} IN (SELECT subject_id FROM stopped)"  # noqa: S608 - our own column
                engine.execute(export(rule_set, code, assessment, month, path, source, kept))
                with cursor.copy(f"COPY decisions ({COLUMNS}) FROM STDIN (FORMAT csv)") as copy:
                    for chunk in chunks(path):
                        copy.write(chunk)
    session.execute(text("ANALYZE decisions"))


def export(
    rule_set: RuleSet,
    code: str,
    assessment: Assessment,
    month: RuleMonth,
    path: Path,
    source: str,
    kept: str,
) -> str:
    """Return the SQL that writes decisions as CSV: of ``source``, beside table ``facts``, where ``kept``."""
    programme = rule_set.programme(code)
    subject = programme.subject
    late = office_late_sql(rule_set, code, month, "facts")
    key, period = key_column(subject), programme.period(month)
    return f"""
        COPY (
            SELECT '{assessment.id}', '{code}', '{period}', '{subject.value}', o.{key},
                   {payee_column(subject, code)}, f.division,
                   CASE WHEN o.{code}_amount_fen > 0 THEN 'due'
                        WHEN o.{code}_outcome = 2 THEN 'unknown' ELSE 'not_due' END,
                   nullif(o.{code}_amount_fen, 0),
                   {f"coalesce(o.{code}_amount_fen > 0 AND o.{key} IN ({late}), FALSE)" if late else "FALSE"},
                   o.{code}_held, o.{code}_unknown
            FROM {source} o
            JOIN facts f USING ({key})
            WHERE {kept}
            ORDER BY o.{key}
        ) TO '{path}' (FORMAT csv, HEADER false)
    """  # noqa: S608 - codes, columns and paths are ours


def _with_some(engine: duckdb.DuckDBPyConnection, source: str, kept: dict[str, str]) -> set[str]:
    """Return the programmes of which anything is kept: most concern a few months or people only."""
    asked = ", ".join(f"coalesce(bool_or({one}), FALSE)" for one in kept.values())
    (some,) = engine.execute(f"SELECT {asked} FROM {source} o").fetchall()  # noqa: S608 - our own columns
    return {code for code, there in zip(kept, some, strict=True) if there}


def _due_last_month(session: Session, assessment: Assessment) -> dict[str, list[int]]:
    """Return who was due in the month before, by programme."""
    last = _last_assessment(session, assessment.month)
    if last is None:
        return {}
    found = session.execute(
        text(
            "SELECT programme, array_agg(subject_id) FROM decisions "
            "WHERE assessment_id = :last AND outcome = 'due' GROUP BY programme"
        ),
        {"last": last},
    )
    return dict(found.all())


def _last_assessment(session: Session, month: str) -> UUID | None:
    found: UUID | None = session.scalar(
        text("SELECT id FROM assessments WHERE month = :month ORDER BY assessed_at DESC LIMIT 1"),
        {"month": str(RuleMonth.parse(month).previous)},
    )
    return found


def chunks(path: Path) -> Iterator[bytes]:
    """Yield a file's bytes in pieces of a megabyte."""
    with path.open("rb") as handle:
        while chunk := handle.read(1 << 20):
            yield chunk

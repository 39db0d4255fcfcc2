"""Build a batch: one line for every due decision that has none yet, screened before people look."""

import secrets
from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from service.assessment.models import Assessment
from service.audit.actor import Actor
from service.audit.moves import event_for
from service.audit.record import record
from service.batches import controls
from service.batches.compare import compare
from service.batches.models import Batch
from service.foundation import clock, ids
from service.residents.models import Snapshot

_CANDIDATES = """
CREATE TEMPORARY TABLE building ON COMMIT DROP AS
WITH due AS (
    SELECT d.* FROM decisions d
    WHERE d.assessment_id = :assessment AND d.programme = :programme AND d.outcome = 'due'
      AND NOT EXISTS (
        SELECT 1 FROM payments p
        WHERE p.programme = d.programme AND p.subject_kind = d.subject_kind
          AND p.subject_id = d.subject_id AND p.period = d.period AND p.line_type = 'regular')
),
routes AS (
    SELECT codes.bank_code, channel.id AS channel_id
    FROM (SELECT DISTINCT a.bank_code FROM due JOIN accounts a
          ON a.person_id = due.payee_person_id AND a.known_to IS NULL) codes
    LEFT JOIN LATERAL (
        SELECT c.id FROM bank_channels c
        WHERE c.bank_code_prefixes = '' OR EXISTS (
            SELECT 1 FROM unnest(string_to_array(c.bank_code_prefixes, ',')) AS prefix
            WHERE starts_with(codes.bank_code, prefix))
        ORDER BY c.bank_code_prefixes = '', c.code LIMIT 1) channel ON true
)
SELECT nextval(pg_get_serial_sequence('payments', 'id')) AS id,
       due.id AS decision_id, due.period, 'regular' AS line_type,
       1 AS attempt, NULL::bigint AS replaces_id, due.subject_kind, due.subject_id, due.payee_person_id,
       CASE WHEN due.subject_kind = 'person' THEN due.subject_id END AS subject_person_id,
       due.division, due.amount_fen,
       CASE WHEN v.verdict = 'match' THEN v.holder_name ELSE person.name END AS payee_name,
       v.verdict, a.id AS account_id, a.card_index, a.status AS account_status, routes.channel_id
FROM due
LEFT JOIN persons person ON person.id = due.payee_person_id
LEFT JOIN accounts a ON a.person_id = due.payee_person_id AND a.known_to IS NULL
LEFT JOIN account_verifications v ON v.card_index = a.card_index AND v.person_id = a.person_id
LEFT JOIN routes ON routes.bank_code = a.bank_code
ORDER BY due.division NULLS LAST, due.subject_id
"""

_LINES = """
INSERT INTO payments (id, batch_id, state, programme, period, line_type, attempt, subject_kind,
    subject_id, payee_person_id, payee_name, division, account_id, channel_id, amount_fen, decision_id,
    replaces_id)
OVERRIDING SYSTEM VALUE
SELECT b.id, :batch,
       CASE WHEN EXISTS (SELECT 1 FROM building_holds h WHERE h.id = b.id) THEN 'held' ELSE 'ready' END,
       :programme, b.period, b.line_type, b.attempt, b.subject_kind, b.subject_id, b.payee_person_id,
       b.payee_name, b.division, b.account_id, b.channel_id, b.amount_fen, b.decision_id,
       b.replaces_id
FROM building b
"""


def build(session: Session, assessment: Assessment, programme: str, *, by: Actor) -> Batch | None:
    """Build the programme's batch from an assessment; return None when every due line exists already.

    Unique per subject × programme × period: a second call builds nothing, and two at once are
    kept apart by a lock and, behind it, by the table's own constraint.
    """
    session.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"),
        {"name": f"build:{programme}"},
    )
    session.execute(text("DROP TABLE IF EXISTS building, building_holds"))
    session.execute(text(_CANDIDATES), {"assessment": assessment.id, "programme": programme})
    return fill(session, lambda: _new_batch(session, assessment, programme), by=by)


def fill(session: Session, make: Callable[[], Batch], *, by: Actor) -> Batch | None:
    """Turn the temporary table ``building`` into a screened batch; None when it is empty."""
    lines = session.scalar(text("SELECT count(*) FROM building")) or 0
    if not lines:
        return None
    session.execute(text("CREATE INDEX ON building (id)"))
    session.execute(text("ANALYZE building"))
    hits = controls.screen(session)
    session.execute(text("CREATE INDEX ON building_holds (id)"))
    batch = make()
    session.execute(text(_LINES), {"batch": batch.id, "programme": batch.programme})
    controls.keep_holds(session)
    batch.comparison = compare(session, batch)
    session.execute(text("DROP TABLE building, building_holds, deaths"))
    record(
        session,
        event_for("batches", batch.batch_no, "", "draft"),
        by=by,
        on=("batches", batch.id),
        after="draft",
        details={"batch_no": batch.batch_no, "lines": lines, "hits": hits, **_digests(batch)},
    )
    return batch


def next_run_no(session: Session, programme: str, month: str) -> int:
    """Return the number of the programme's next batch of a month."""
    last = session.scalar(
        select(func.max(Batch.run_no)).where(Batch.programme == programme, Batch.month == month)
    )
    return (last or 0) + 1


def batch_no(programme: str, month: str, run_no: int) -> str:
    """Return what people call a batch: ``MZ15-2026-10-01``."""
    return f"{programme}-{month}-{run_no:02d}"


def _new_batch(session: Session, assessment: Assessment, programme: str) -> Batch:
    run_no = next_run_no(session, programme, assessment.month)
    snapshot = session.get_one(Snapshot, assessment.snapshot_id)
    batch = Batch(
        id=ids.uuid7(),
        state="draft",
        batch_no=batch_no(programme, assessment.month, run_no),
        programme=programme,
        month=assessment.month,
        run_no=run_no,
        kind="regular",
        assessment_id=assessment.id,
        snapshot_digest=snapshot.digest,
        rule_digest=assessment.rule_digest,
        built_at=clock.now(),
        comparison={},
        salt=secrets.token_bytes(32),
    )
    session.add(batch)
    session.flush()
    return batch


def _digests(batch: Batch) -> dict[str, Any]:
    assessment: UUID | None = batch.assessment_id
    return {
        "assessment": str(assessment),
        "snapshot_digest": batch.snapshot_digest,
        "rule_digest": batch.rule_digest,
    }

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
from service.batches.address import address
from service.batches.compare import compare
from service.batches.findings.look import look_at_whole
from service.batches.followed import tell_of_new
from service.batches.models import Batch, Payment
from service.batches.part import WHOLE, Part
from service.batches.recoveries import netting
from service.batches.switches.off import off_for, say_off
from service.foundation import clock, ids
from service.residents.models import Snapshot

_HUMANS = """
    SELECT id AS person_id, merged_into AS human_id FROM persons WHERE merged_into IS NOT NULL
    UNION
    SELECT merged_into, merged_into FROM persons WHERE merged_into IS NOT NULL
"""
"""Person rows that were merged, each with its canonical id; all others are themselves."""

# One human being has one line a programme and period, under whichever number it was made; of two
# decisions about one the canonical person's counts. A period that has a line of any type has been
# seen to: what is wrong with it is mended, never listed again.
_ALIASED = """
    SELECT d.id FROM decisions d
    JOIN humans me ON me.person_id = d.subject_id
    JOIN humans same ON same.human_id = me.human_id AND same.person_id <> d.subject_id
    WHERE d.assessment_id = :assessment AND d.programme = :programme AND d.outcome = 'due'
      AND d.subject_kind = 'person' AND (:place = '' OR starts_with(d.division, :place))
      AND (EXISTS (
              SELECT 1 FROM payments p
              WHERE p.programme = d.programme AND p.subject_kind = 'person'
                AND p.subject_id = same.person_id AND p.period = d.period)
        OR EXISTS (
              SELECT 1 FROM decisions x
              WHERE x.assessment_id = d.assessment_id AND x.programme = d.programme
                AND x.subject_kind = 'person' AND x.subject_id = same.person_id
                AND x.period = d.period AND x.outcome = 'due'
                AND (x.subject_id <> me.human_id, x.subject_id)
                  < (d.subject_id <> me.human_id, d.subject_id)))
"""

_DUE = f"""
WITH humans AS MATERIALIZED ({_HUMANS}), aliased AS MATERIALIZED ({_ALIASED})
SELECT nextval(pg_get_serial_sequence('payments', 'id')) AS id, d.id AS decision_id, d.period,
       'regular' AS line_type, 1 AS attempt, NULL::bigint AS replaces_id, NULL::bigint AS mends_id,
       d.subject_kind,
       d.subject_id, d.payee_person_id, d.division, d.amount_fen
FROM (
    -- Sorted last: a join may return its rows in any order, and a list goes village by village.
    SELECT d.* FROM decisions d
    WHERE d.assessment_id = :assessment AND d.programme = :programme AND d.outcome = 'due'
      AND (:place = '' OR starts_with(d.division, :place))
      AND NOT EXISTS (
          SELECT 1 FROM payments p
          WHERE p.programme = d.programme AND p.subject_kind = d.subject_kind
            AND p.subject_id = d.subject_id AND p.period = d.period)
      AND d.id NOT IN (SELECT id FROM aliased)
    ORDER BY d.division NULLS LAST, d.subject_id
) d
"""  # noqa: S608 - constants of this module

_LEFT_OUT = f"WITH humans AS MATERIALIZED ({_HUMANS}) SELECT count(*) FROM ({_ALIASED}) aliased"  # noqa: S608 - constants of this module

_LINES = """
INSERT INTO payments (id, batch_id, state, programme, period, line_type, attempt, subject_kind,
    subject_id, payee_person_id, payee_name, division, account_id, channel_id, amount_fen, decision_id,
    replaces_id, mends_id)
OVERRIDING SYSTEM VALUE
SELECT b.id, :batch,
       CASE WHEN EXISTS (SELECT 1 FROM building_holds h WHERE h.id = b.id) THEN 'held' ELSE 'ready' END,
       :programme, b.period, b.line_type, b.attempt, b.subject_kind, b.subject_id, b.payee_person_id,
       b.payee_name, b.division, b.account_id, b.channel_id, b.amount_fen, b.decision_id,
       b.replaces_id, b.mends_id
FROM building b
"""


def build(
    session: Session, assessment: Assessment, programme: str, *, by: Actor, part: Part = WHOLE
) -> Batch | None:
    """Build the programme's batch from an assessment; return None when every due line exists already.

    ``part`` says of which place, and whether the batch is a supplement to one that was made before.

    Unique per subject × programme × period: a second call builds nothing, and two at once are
    kept apart by a lock and, behind it, by the table's own constraint.
    """
    session.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"),
        {"name": f"build:{programme}"},
    )
    place = part.division
    due = address(session, _DUE, assessment=assessment.id, programme=programme, place=place)
    _tell_left_out(session, assessment, programme, place, by=by)
    if not due:
        return None
    kept = netting.net(session, programme, assessment.month)
    batch = fill(session, lambda: new_batch(session, assessment, programme, part), by=by)
    netting.keep(session, kept)
    return batch


def _tell_left_out(
    session: Session, assessment: Assessment, programme: str, place: str, *, by: Actor
) -> None:
    """Record how many decisions make no line because their human being has one under another id."""
    left_out = session.scalar(
        text(_LEFT_OUT),
        {"assessment": assessment.id, "programme": programme, "place": place},
    )
    if left_out:
        record(
            session,
            "batch.same_person_left_out",
            by=by,
            on=("assessments", assessment.id),
            details={"programme": programme, "count": left_out},
        )


def fill(session: Session, make: Callable[[], Batch], *, by: Actor) -> Batch:
    """Turn the addressed lines of ``building`` into a screened batch."""
    batch = make()
    off = off_for(session, batch.programme, batch.month)
    hits = controls.screen(session, [switch.control for switch in off])
    say_off(batch, off)
    lines = session.scalar(text("SELECT count(*) FROM building")) or 0
    session.execute(text(_LINES), {"batch": batch.id, "programme": batch.programme})
    tell_of_new(session, (Payment.batch_id == batch.id) & (Payment.state == "held"), "held")
    controls.keep_holds(session)
    tell_built(session, batch, by=by, details={"lines": lines, "hits": hits})
    return batch


def tell_built(session: Session, batch: Batch, *, by: Actor, details: dict[str, Any]) -> None:
    """Compare a batch whose lines are in place with last month, look at it whole, and record it.

    One that mends other months, or pays the rest of a list, is not compared: it stands beside the month's own list.
    """
    if batch.kind not in ("mending", "instalment"):
        batch.comparison = compare(session, batch)
    found = look_at_whole(session, batch)
    record(
        session,
        event_for("batches", batch.batch_no, "", "draft"),
        by=by,
        on=("batches", batch.id),
        after="draft",
        details={
            "batch_no": batch.batch_no,
            "controls_off": [one["control"] for one in batch.controls_off or []],
            "findings": found,
            **details,
            **_digests(batch),
        },
    )


def next_run_no(session: Session, programme: str, month: str) -> int:
    """Return the number of the programme's next batch of a month."""
    last = session.scalar(
        select(func.max(Batch.run_no)).where(Batch.programme == programme, Batch.month == month)
    )
    return (last or 0) + 1


def batch_no(programme: str, month: str, run_no: int) -> str:
    """Return what people call a batch: ``MZ15-2026-10-01``."""
    return f"{programme}-{month}-{run_no:02d}"


def new_batch(
    session: Session, assessment: Assessment, programme: str, part: Part = WHOLE
) -> Batch:
    """Insert an empty draft for the programme and a part of the assessment's month."""
    snapshot = session.get_one(Snapshot, assessment.snapshot_id)
    return draft(
        session,
        programme,
        assessment.month,
        kind=part.kind,
        division=part.division,
        assessment_id=assessment.id,
        snapshot_digest=snapshot.digest,
        rule_digest=assessment.rule_digest,
    )


def draft(session: Session, programme: str, month: str, **what: Any) -> Batch:
    """Insert an empty draft with the month's next number; ``what`` are its kind and its digests."""
    run_no = next_run_no(session, programme, month)
    batch = Batch(
        id=ids.uuid7(),
        state="draft",
        batch_no=batch_no(programme, month, run_no),
        programme=programme,
        month=month,
        run_no=run_no,
        **what,
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

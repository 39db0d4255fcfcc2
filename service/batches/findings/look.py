"""Look at a whole list: ask every finding's question, write down the answers."""

from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from service.batches.findings.catalogue import FINDINGS
from service.batches.findings.models import BatchFinding
from service.batches.models import Batch
from service.batches.part import LISTED
from service.batches.screening.control import Control
from service.foundation import clock
from service.foundation.months import Month
from service.programmes.versions import programme_of

BY_DATA = "data"
"""What ``cleared_by`` says when a later look found nothing any more."""


def look_at_whole(session: Session, batch: Batch) -> dict[str, int]:
    """Ask every question of a batch whose lines are in place; return {finding: lines} of the hits."""
    said = {
        "batch": batch.id,
        "programme": batch.programme,
        "assessment": batch.assessment_id,
        "month": batch.month,
        "last": str(Month.parse(batch.month).previous),
    }
    kept = {
        one.control: one
        for one in session.scalars(select(BatchFinding).where(BatchFinding.batch_id == batch.id))
    }
    hits: dict[str, int] = {}
    left_out = _left_out(session, batch)
    # The lines were written a moment ago, so the planner still takes the list for an empty one and
    # would compare every decision with every line. Whole lists are joined by hash, small or large.
    session.execute(text("SET LOCAL enable_nestloop = off"))
    asked = [one for one in FINDINGS if one.code not in left_out]
    answers = [(one, session.execute(text(one.sql), said).first()) for one in asked]
    session.execute(text("SET LOCAL enable_nestloop = on"))
    for finding, row in answers:
        before = kept.get(finding.code)
        if row is None or not row.lines:
            _gone(before)
            continue
        hits[finding.code] = int(row.lines)
        _found(session, batch, finding, before, (int(row.lines), int(row.amount_fen), row.evidence))
    session.flush()
    return hits


def _gone(before: BatchFinding | None) -> None:
    if before is not None and before.cleared_at is None:
        before.cleared_at, before.cleared_by, before.cleared_reason = clock.now(), BY_DATA, ""


def _found(
    session: Session,
    batch: Batch,
    finding: Control,
    before: BatchFinding | None,
    seen: tuple[int, int, dict[str, Any]],
) -> None:
    """Write a hit down; what an officer cleared stays cleared while it is about the same lines."""
    lines, amount_fen, evidence = seen
    if before is None:
        before = BatchFinding(batch_id=batch.id, control=finding.code, found_at=clock.now())
        session.add(before)
    elif before.cleared_by == BY_DATA or (before.lines, before.amount_fen) != (lines, amount_fen):
        before.cleared_at = before.cleared_by = before.cleared_reason = None
    before.version, before.severity = finding.version, finding.severity
    before.lines, before.amount_fen, before.evidence = lines, amount_fen, evidence


def _left_out(session: Session, batch: Batch) -> set[str]:
    """Return the questions that are not asked: a list that mends or repeats is no month's list."""
    if batch.kind not in LISTED or batch.assessment_id is None:
        return {finding.code for finding in FINDINGS} - {"officer_or_relative"}
    if programme_of(session, batch.rule_digest, batch.programme).notice.days == 0:
        return {"late_addition"}
    return set()

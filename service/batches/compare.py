"""Compare a batch with the month before: last + joined − left ± changed = this, to the fen."""

from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from service.batches.differences.find import find_differences
from service.batches.models import Batch
from service.batches.part import LISTED
from service.foundation.months import Month

# What a line was or is, per subject; a re-issue repeats an earlier line and is no new money. Of a line
# paid in part what was due counts, once: that money was short makes nobody's right another.
_SIDE_BY_SIDE = """
CREATE TEMPORARY TABLE compared ON COMMIT DROP AS
WITH before AS (
    SELECT p.subject_kind, p.subject_id, sum(coalesce(p.entitled_fen, p.amount_fen))::bigint AS amount_fen, min(p.id) AS line,
           coalesce(min(left(p.division, 9) || '000'), '') AS township
    FROM payments p JOIN batches b ON b.id = p.batch_id
    WHERE b.programme = :programme AND b.month = :last AND b.kind IN ('regular', 'supplementary')
      AND coalesce(p.replaces_id, p.id) NOT IN (
          SELECT waiting_id FROM instalment_parts WHERE waiting_id <> cut_id)
    GROUP BY 1, 2
),
after AS (
    SELECT p.subject_kind, p.subject_id, sum(coalesce(p.entitled_fen, p.amount_fen))::bigint AS amount_fen, min(p.id) AS line,
           coalesce(min(left(p.division, 9) || '000'), '') AS township
    FROM payments p JOIN batches b ON b.id = p.batch_id
    WHERE b.programme = :programme AND b.month = :this AND b.kind IN ('regular', 'supplementary')
      AND coalesce(p.replaces_id, p.id) NOT IN (
          SELECT waiting_id FROM instalment_parts WHERE waiting_id <> cut_id)
    GROUP BY 1, 2
)
SELECT subject_kind, subject_id, before.township AS was_in, after.township AS is_in,
       before.amount_fen AS last_fen, after.amount_fen AS this_fen,
       before.line AS last_line, after.line AS this_line
FROM before FULL JOIN after USING (subject_kind, subject_id)
"""
# A list that is a part of the month's is compared with the same part of last month's: who belongs to
# it is said by the line, else by what was decided now, else by last month's line. So each recipient
# is a matter of exactly one township, and the townships' lists together differ as the county does.
_OF_A_TOWNSHIP = """
DELETE FROM compared c WHERE NOT starts_with(coalesce(nullif(c.is_in, ''), nullif((
    SELECT left(d.division, 9) || '000' FROM decisions d
    WHERE d.assessment_id = :assessment AND d.programme = :programme
      AND d.subject_id = c.subject_id AND d.subject_kind = c.subject_kind), ''), c.was_in), :place)
RETURNING c.last_fen
"""
# A supplement is compared for those who are on it; everybody else has a list already, or none yet.
_OF_A_SUPPLEMENT = """
DELETE FROM compared c WHERE NOT EXISTS (
    SELECT FROM payments p WHERE p.batch_id = :batch
      AND p.subject_kind = c.subject_kind AND p.subject_id = c.subject_id)
RETURNING c.last_fen
"""
_BESIDE = "WITH beside AS ({part}) SELECT count(last_fen), coalesce(sum(last_fen), 0) FROM beside"
_SUMS = """
SELECT count(last_fen) AS last_count, coalesce(sum(last_fen), 0) AS last_fen,
       count(this_fen) AS this_count, coalesce(sum(this_fen), 0) AS this_fen,
       count(*) FILTER (WHERE last_fen IS NULL) AS joined_count,
       coalesce(sum(this_fen) FILTER (WHERE last_fen IS NULL), 0) AS joined_fen,
       count(*) FILTER (WHERE this_fen IS NULL) AS left_count,
       coalesce(sum(last_fen) FILTER (WHERE this_fen IS NULL), 0) AS left_fen,
       count(*) FILTER (WHERE last_fen <> this_fen) AS changed_count,
       coalesce(sum(this_fen - last_fen) FILTER (WHERE last_fen <> this_fen), 0) AS changed_fen
FROM compared
"""


def compare(session: Session, batch: Batch) -> dict[str, Any]:
    """Return {last, joined, left, changed, this} of the batch's programme and month.

    Each is {count, amount_fen}; ``left`` is positive, ``changed`` carries its sign. Counts of
    ``changed`` are subjects whose amount differs. A month's own list also keeps who differs and why,
    and one of a part of the month who of last month is no matter of it: ``beside``.
    """
    last = str(Month.parse(batch.month).previous)
    session.execute(text("DROP TABLE IF EXISTS compared"))
    session.execute(
        text(_SIDE_BY_SIDE), {"programme": batch.programme, "this": batch.month, "last": last}
    )
    session.execute(text("ANALYZE compared"))
    beside = _leave_to_others(session, batch)
    row = session.execute(text(_SUMS)).mappings().one()
    if batch.kind in LISTED:
        batch.differences = find_differences(session, batch, last=last)
    return beside | {
        part: {"count": int(row[f"{part}_count"]), "amount_fen": int(row[f"{part}_fen"])}
        for part in ("last", "joined", "left", "changed", "this")
    }


def _leave_to_others(session: Session, batch: Batch) -> dict[str, Any]:
    if batch.kind == "supplementary":
        part = _OF_A_SUPPLEMENT
    elif batch.division:
        part = _OF_A_TOWNSHIP
    else:
        return {}
    said = {
        "batch": batch.id,
        "assessment": batch.assessment_id,
        "programme": batch.programme,
        "place": batch.division,
    }
    row = session.execute(text(_BESIDE.format(part=part)), said).one()
    return {"beside": {"count": int(row[0]), "amount_fen": int(row[1])}}


def adds_up(comparison: dict[str, Any]) -> bool:
    """Return whether last + joined − left ± changed = this, in people and to the fen."""
    fen = {part: figures["amount_fen"] for part, figures in comparison.items()}
    count = {part: figures["count"] for part, figures in comparison.items()}
    return bool(
        fen["last"] + fen["joined"] - fen["left"] + fen["changed"] == fen["this"]
        and count["last"] + count["joined"] - count["left"] == count["this"]
    )

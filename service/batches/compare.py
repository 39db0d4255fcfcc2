"""Compare a batch with the month before: last + joined − left ± changed = this, to the fen."""

from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from service.batches.differences.find import find_differences
from service.batches.models import Batch
from service.foundation.months import Month

# What a line was or is, per subject; a re-issue repeats an earlier line and is no new money.
_SIDE_BY_SIDE = """
CREATE TEMPORARY TABLE compared ON COMMIT DROP AS
WITH before AS (
    SELECT p.subject_kind, p.subject_id, sum(p.amount_fen)::bigint AS amount_fen, min(p.id) AS line,
           coalesce(min(left(p.division, 9) || '000'), '') AS township
    FROM payments p JOIN batches b ON b.id = p.batch_id
    WHERE b.programme = :programme AND b.month = :last AND b.kind = 'regular'
    GROUP BY 1, 2
),
after AS (
    SELECT p.subject_kind, p.subject_id, sum(p.amount_fen)::bigint AS amount_fen, min(p.id) AS line,
           coalesce(min(left(p.division, 9) || '000'), '') AS township
    FROM payments p JOIN batches b ON b.id = p.batch_id
    WHERE b.programme = :programme AND b.month = :this AND b.kind = 'regular'
    GROUP BY 1, 2
)
SELECT subject_kind, subject_id, before.township AS was_in, after.township AS is_in,
       before.amount_fen AS last_fen, after.amount_fen AS this_fen,
       before.line AS last_line, after.line AS this_line
FROM before FULL JOIN after USING (subject_kind, subject_id)
"""
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
    ``changed`` are subjects whose amount differs. A regular batch also keeps who differs and why.
    """
    last = str(Month.parse(batch.month).previous)
    session.execute(text("DROP TABLE IF EXISTS compared"))
    session.execute(
        text(_SIDE_BY_SIDE), {"programme": batch.programme, "this": batch.month, "last": last}
    )
    session.execute(text("ANALYZE compared"))
    row = session.execute(text(_SUMS)).mappings().one()
    if batch.kind == "regular":
        batch.differences = find_differences(session, batch, last=last)
    return {
        part: {"count": int(row[f"{part}_count"]), "amount_fen": int(row[f"{part}_fen"])}
        for part in ("last", "joined", "left", "changed", "this")
    }


def adds_up(comparison: dict[str, Any]) -> bool:
    """Return whether last + joined − left ± changed = this, in people and to the fen."""
    fen = {part: figures["amount_fen"] for part, figures in comparison.items()}
    count = {part: figures["count"] for part, figures in comparison.items()}
    return bool(
        fen["last"] + fen["joined"] - fen["left"] + fen["changed"] == fen["this"]
        and count["last"] + count["joined"] - count["left"] == count["this"]
    )

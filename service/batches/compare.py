"""Compare a batch with the month before: last + joined − left ± changed = this, to the fen."""

from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from service.batches.models import Batch
from service.foundation.months import Month

# What a line was or is, per subject; a re-issue repeats an earlier line and is no new money.
_SQL = """
WITH before AS (
    SELECT p.subject_kind, p.subject_id, sum(p.amount_fen) AS amount_fen
    FROM payments p JOIN batches b ON b.id = p.batch_id
    WHERE b.programme = :programme AND b.month = :last AND b.kind = 'regular'
    GROUP BY 1, 2
),
after AS (
    SELECT p.subject_kind, p.subject_id, sum(p.amount_fen) AS amount_fen
    FROM payments p JOIN batches b ON b.id = p.batch_id
    WHERE b.programme = :programme AND b.month = :this AND b.kind = 'regular'
    GROUP BY 1, 2
)
SELECT count(before.amount_fen) AS last_count, coalesce(sum(before.amount_fen), 0) AS last_fen,
       count(after.amount_fen) AS this_count, coalesce(sum(after.amount_fen), 0) AS this_fen,
       count(*) FILTER (WHERE before.amount_fen IS NULL) AS joined_count,
       coalesce(sum(after.amount_fen) FILTER (WHERE before.amount_fen IS NULL), 0) AS joined_fen,
       count(*) FILTER (WHERE after.amount_fen IS NULL) AS left_count,
       coalesce(sum(before.amount_fen) FILTER (WHERE after.amount_fen IS NULL), 0) AS left_fen,
       count(*) FILTER (WHERE before.amount_fen <> after.amount_fen) AS changed_count,
       coalesce(sum(after.amount_fen - before.amount_fen)
                FILTER (WHERE before.amount_fen <> after.amount_fen), 0) AS changed_fen
FROM before FULL JOIN after USING (subject_kind, subject_id)
"""


def compare(session: Session, batch: Batch) -> dict[str, Any]:
    """Return {last, joined, left, changed, this} of the batch's programme and month.

    Each is {count, amount_fen}; ``left`` is positive, ``changed`` carries its sign. Counts of
    ``changed`` are subjects whose amount differs.
    """
    row = (
        session.execute(
            text(_SQL),
            {
                "programme": batch.programme,
                "this": batch.month,
                "last": str(Month.parse(batch.month).previous),
            },
        )
        .mappings()
        .one()
    )
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

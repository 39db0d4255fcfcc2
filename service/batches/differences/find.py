"""Find who differs from last month and why: one row for each, exactly one cause for each row."""

from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from service.batches.deaths import DEATHS
from service.batches.differences.causes import masks_of
from service.batches.models import Batch
from service.programmes.versions import programme_of

# What is asked is asked only of those who differ. The first that applies is the cause: what ended a
# right comes before what changed it, and a rule that gives another amount for the same facts last.
_FOUND = """
INSERT INTO batch_differences (batch_id, subject_kind, subject_id, part, cause, township, last_fen,
    this_fen, last_line_id, this_line_id)
WITH differing AS MATERIALIZED (
    SELECT c.*, coalesce(p.merged_into, c.subject_id) AS human_id,
           CASE WHEN last_fen IS NULL THEN 'joined' WHEN this_fen IS NULL THEN 'left' ELSE 'changed' END
               AS part
    FROM compared c LEFT JOIN persons p ON c.subject_kind = 'person' AND p.id = c.subject_id
    WHERE last_fen IS DISTINCT FROM this_fen
),
twins AS (
    SELECT human_id FROM differing WHERE subject_kind = 'person'
    GROUP BY human_id HAVING count(*) > 1
),
asked AS (
    SELECT d.*, now.outcome, now.is_office_late,
           CASE WHEN now.outcome = 'not_due' THEN ~now.held_mask & ~now.unknown_mask ELSE 0 END AS failed,
           EXISTS (SELECT FROM twins WHERE d.subject_kind = 'person' AND twins.human_id = d.human_id)
               AS renumbered,
           EXISTS (SELECT FROM deaths WHERE d.subject_kind = 'person' AND deaths.person_id = d.human_id)
               AS died,
           EXISTS (SELECT FROM recovery_offsets o WHERE o.payment_id IN (d.last_line, d.this_line))
               AS netted,
           EXISTS (SELECT FROM feed_records r
               WHERE r.feed IN ('GA_MIG', 'GA_DEREG') AND r.known_from > :since
                 AND (d.subject_kind = 'person' AND r.person_id = d.subject_id)) AS moved,
           EXISTS (SELECT FROM feed_records r
               WHERE r.feed = 'GA_HUKOU' AND r.known_to IS NULL AND d.subject_kind = 'person'
                 AND r.person_id = d.subject_id
                 AND to_char((r.data->>'birth')::date, 'MM') IN (right(:this, 2), right(:last, 2)))
               AS birthday,
           EXISTS (SELECT FROM feed_records r
               WHERE r.feed = ANY(:feeds) AND greatest(r.known_from, r.known_to) > :since
                 AND (d.subject_kind = 'person' AND r.person_id = d.subject_id
                   OR d.subject_kind <> 'person' AND r.household_id = d.subject_id)) AS told
    FROM differing d
    LEFT JOIN decisions now ON now.assessment_id = :assessment AND now.programme = :programme
     AND now.subject_id = d.subject_id AND now.subject_kind = d.subject_kind
)
SELECT :batch, subject_kind, subject_id, part,
       CASE
           WHEN renumbered AND part <> 'changed' THEN 'identity'
           WHEN part = 'left' AND (died OR failed & :death <> 0) THEN 'death'
           WHEN part = 'left' AND outcome = 'unknown' THEN 'missing'
           WHEN part = 'left' AND failed & :other <> 0 THEN 'other_programme'
           WHEN part = 'left' AND (failed & :move <> 0 OR outcome IS NULL AND moved) THEN 'move'
           WHEN part = 'left' AND failed & :age <> 0 THEN 'age'
           WHEN part = 'left' AND failed & :stop <> 0 THEN 'stop'
           WHEN part = 'left' AND outcome = 'due' THEN 'listed_apart'
           WHEN part = 'left' AND outcome IS NULL THEN 'unsaid'
           WHEN part = 'left' THEN 'data'
           WHEN part = 'changed' AND netted THEN 'recovery'
           WHEN birthday AND :age <> 0 THEN 'age'
           WHEN part = 'joined' AND is_office_late THEN 'office_late'
           WHEN part = 'joined' AND moved THEN 'move'
           WHEN told THEN 'data'
           WHEN part = 'joined' THEN 'begins'
           WHEN :depends THEN 'other_programme'
           ELSE 'standard'
       END,
       coalesce(is_in, was_in), coalesce(last_fen, 0), coalesce(this_fen, 0), last_line, this_line
FROM asked ORDER BY part, coalesce(is_in, was_in), subject_kind, subject_id
"""
_CAUSES = """
SELECT part, cause, count(*) AS people,
       sum(CASE part WHEN 'left' THEN last_fen ELSE this_fen - last_fen END) AS amount_fen
FROM batch_differences WHERE batch_id = :batch GROUP BY part, cause ORDER BY part, cause
"""
_FIRST = """
SELECT 'joined' AS part, 'first' AS cause, count(*) AS people, coalesce(sum(this_fen), 0) AS amount_fen
FROM compared HAVING count(*) > 0
"""
_TOWNSHIPS = """
SELECT township, part, sum(count) AS people, sum(fen) AS amount_fen
FROM (
    SELECT was_in AS township, 'last' AS part, count(*) AS count, sum(last_fen) AS fen
    FROM compared WHERE last_fen IS NOT NULL GROUP BY 1
    UNION ALL
    SELECT is_in, 'this', count(*), sum(this_fen) FROM compared WHERE this_fen IS NOT NULL GROUP BY 1
    UNION ALL
    SELECT is_in, 'joined', count(*), sum(this_fen) FROM compared WHERE last_fen IS NULL GROUP BY 1
    UNION ALL
    SELECT was_in, 'left', count(*), sum(last_fen) FROM compared WHERE this_fen IS NULL GROUP BY 1
    UNION ALL
    SELECT was_in, 'moved_out', count(*), sum(last_fen) FROM compared WHERE was_in <> is_in GROUP BY 1
    UNION ALL
    SELECT is_in, 'moved_in', count(*), sum(last_fen) FROM compared WHERE was_in <> is_in GROUP BY 1
    UNION ALL
    SELECT is_in, 'changed', count(*), sum(this_fen - last_fen)
    FROM compared WHERE last_fen <> this_fen GROUP BY 1
) parts
GROUP BY township, part ORDER BY township, part
"""
PARTS = ("last", "joined", "left", "moved_out", "moved_in", "changed", "this")


def find_differences(session: Session, batch: Batch, *, last: str) -> dict[str, Any]:
    """Write a batch's differences from what :mod:`~service.batches.compare` laid side by side.

    Returns {townships: {code: {part: {count, amount_fen}}}, causes: [{part, cause, count, amount_fen}]};
    amounts of ``left`` are positive, of ``changed`` signed. A first list has no rows of its own: all
    of it joined.
    """
    townships: dict[str, dict[str, dict[str, int]]] = {}
    for row in session.execute(text(_TOWNSHIPS)):
        empty = {part: {"count": 0, "amount_fen": 0} for part in PARTS}
        parts = townships.setdefault(row.township, empty)
        parts[row.part] = {"count": int(row.people), "amount_fen": int(row.amount_fen)}
    since = session.scalar(
        text(
            "SELECT min(built_at) FROM batches "
            "WHERE programme = :programme AND month = :last "
            "AND kind IN ('regular', 'supplementary')"
        ),
        {"programme": batch.programme, "last": last},
    )
    said = {"batch": batch.id}
    if since is None:
        causes = session.execute(text(_FIRST)).all()
    else:
        _write(session, batch, last=last, since=since)
        causes = session.execute(text(_CAUSES), said).all()
    return {
        "townships": townships,
        "causes": [
            {
                "part": row.part,
                "cause": row.cause,
                "count": int(row.people),
                "amount_fen": int(row.amount_fen),
            }
            for row in causes
        ],
    }


def _write(session: Session, batch: Batch, *, last: str, since: Any) -> None:
    programme = programme_of(session, batch.rule_digest, batch.programme)
    session.execute(text("DROP TABLE IF EXISTS deaths"))
    session.execute(text(DEATHS))
    session.execute(
        text(_FOUND),
        {
            "batch": batch.id,
            "assessment": batch.assessment_id,
            "programme": batch.programme,
            "since": since,
            "last": last,
            "this": batch.month,
            "feeds": list(programme.feeds),
            "depends": bool(programme.depends_on),
            **masks_of(session, batch.programme, batch.rule_digest),
        },
    )


def adds_up(parts: dict[str, dict[str, int]]) -> bool:
    """Return whether a township's last + joined − left − moved out + moved in ± changed = this."""
    count = {part: parts[part]["count"] for part in PARTS}
    fen = {part: parts[part]["amount_fen"] for part in PARTS}
    moved = {name: one["moved_in"] - one["moved_out"] for name, one in (("n", count), ("f", fen))}
    return (
        count["last"] + count["joined"] - count["left"] + moved["n"] == count["this"]
        and fen["last"] + fen["joined"] - fen["left"] + moved["f"] + fen["changed"] == fen["this"]
    )

"""Villages against their own history, and recipients added after a list was posted."""

# At least five more than the months before had on average, and at least half as many again. One
# month before is no history: what begins grows.
VILLAGE_OUTLIER = """
WITH months AS (
    SELECT DISTINCT month FROM batches
    WHERE programme = :programme AND kind IN ('regular', 'supplementary') AND month < :month
    ORDER BY month DESC LIMIT 3
),
before AS (
    SELECT p.division, count(*)::numeric / (SELECT count(*) FROM months) AS persons
    FROM payments p JOIN batches b ON b.id = p.batch_id JOIN months ON months.month = b.month
    WHERE b.programme = :programme AND b.kind IN ('regular', 'supplementary') AND p.division IS NOT NULL AND p.line_type <> 'instalment'
    GROUP BY p.division
),
now AS (
    SELECT p.division, count(*) AS persons, sum(p.amount_fen) AS fen
    FROM payments p JOIN batches b ON b.id = p.batch_id
    WHERE b.programme = :programme AND b.kind IN ('regular', 'supplementary') AND b.month = :month
      AND p.division IS NOT NULL AND p.line_type <> 'instalment'
    GROUP BY p.division
),
grown AS (
    SELECT now.division, now.persons, now.fen, before.persons AS mean
    FROM now JOIN before USING (division)
    WHERE (SELECT count(*) FROM months) > 1
      AND now.persons >= before.persons + 5 AND now.persons >= before.persons * 1.5
)
SELECT coalesce(sum(persons), 0) AS lines, coalesce(sum(fen), 0) AS amount_fen,
       jsonb_build_object('villages', (
           SELECT jsonb_agg(jsonb_build_object('division', division, 'now', persons,
               'before', round(mean, 1)) ORDER BY persons DESC, division)
           FROM (SELECT * FROM grown ORDER BY persons DESC, division LIMIT 20) first)) AS evidence
FROM grown
"""

# What another township's list said is no notice of this one's lines.
LATE_ADDITION = """
WITH me AS (SELECT id, run_no, kind, division FROM batches WHERE id = :batch),
earlier AS (
    SELECT e.batch_no, e.division FROM batches e, me
    WHERE e.programme = :programme AND e.month = :month AND e.kind IN ('regular', 'supplementary')
      AND e.run_no < me.run_no AND e.state NOT IN ('draft', 'returned', 'frozen')
      AND (e.division = '' OR me.division = '' OR e.division = me.division)
)
SELECT count(*) AS lines, coalesce(sum(p.amount_fen), 0) AS amount_fen,
       jsonb_build_object('after', (SELECT jsonb_agg(batch_no ORDER BY batch_no) FROM earlier))
           AS evidence
FROM payments p JOIN me ON me.id = p.batch_id
WHERE me.kind IN ('regular', 'supplementary') AND EXISTS (
    SELECT FROM earlier e WHERE e.division = '' OR starts_with(p.division, e.division))
"""

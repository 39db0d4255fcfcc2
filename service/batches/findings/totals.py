"""Number × amount = total: the decisions are those that were counted and sealed when they were made."""

TOTAL_DIFFERS = """
WITH made AS (
    SELECT amount_fen, count(*) AS persons FROM decisions
    WHERE assessment_id = :assessment AND programme = :programme AND outcome = 'due'
    GROUP BY amount_fen
),
now AS (
    SELECT coalesce(sum(persons), 0) AS due, coalesce(sum(persons * amount_fen), 0) AS fen FROM made
),
counted AS (
    SELECT (counts->:programme->>'due')::bigint AS due, (counts->:programme->>'amount_fen')::bigint AS fen
    FROM assessments WHERE id = :assessment AND counts ? :programme
)
SELECT greatest(now.due, 1) AS lines, now.fen AS amount_fen,
       jsonb_build_object('due', now.due, 'fen', now.fen, 'counted_due', counted.due,
           'counted_fen', counted.fen) AS evidence
FROM now CROSS JOIN counted
WHERE (now.due, now.fen) IS DISTINCT FROM (counted.due, counted.fen)
"""

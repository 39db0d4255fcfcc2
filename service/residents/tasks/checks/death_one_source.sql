-- One department alone has reported a death for longer than the law gives the others.
SELECT
    'p' || d.person_id AS subject_key,
    CASE WHEN min(d.feed) = 'GA_DEREG' THEN 'WJ_DEATH' ELSE 'GA_DEREG' END AS feed,
    min(d.feed) AS other_feed,
    d.person_id,
    NULL::bigint AS household_id,
    jsonb_build_object('records', jsonb_agg(d.id ORDER BY d.id)) AS details
FROM deaths AS d
WHERE NOT EXISTS (
    SELECT FROM confirmations AS c
    WHERE c.person_id = d.person_id AND c.answer = 'dead' AND c.withdrawn_at IS NULL
)
GROUP BY d.person_id
HAVING count(DISTINCT d.feed) = 1 AND max(d.died) < CAST(:today AS date) - CAST(:waits AS int)

-- What residents say against a department's word, until somebody ends the request.
SELECT
    'c' || c.id AS subject_key,
    c.feed AS feed,
    c.person_id,
    CASE c.subject_kind WHEN 'household' THEN c.subject_id END AS household_id,
    jsonb_build_object('correction', c.id::text) AS details
FROM fact_corrections AS c
WHERE c.ended_at IS NULL

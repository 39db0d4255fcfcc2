-- One person represents two contracting households.
SELECT
    'p' || person_id AS subject_key,
    person_id,
    NULL::bigint AS household_id,
    jsonb_build_object('records', jsonb_agg(id ORDER BY id)) AS details
FROM said
WHERE feed = 'NY_LAND' AND person_id IS NOT NULL
GROUP BY person_id
HAVING count(DISTINCT household_id) > 1

-- One person counted in two households that live together.
SELECT
    'p' || person_id AS subject_key,
    person_id,
    NULL::bigint AS household_id,
    jsonb_build_object('records', jsonb_agg(id ORDER BY id)) AS details
FROM assisted
GROUP BY person_id
HAVING count(DISTINCT household_id) > 1

-- A disability certificate that has been on its way between two places for too long.
SELECT
    'p' || person_id AS subject_key,
    person_id,
    NULL::bigint AS household_id,
    jsonb_build_object('records', jsonb_build_array(id)) AS details
FROM said
WHERE
    feed = 'CL_CERT'
    AND data ->> 'status' = '迁移中'
    AND coalesce((data ->> 'status_on')::date, known_from::date) < CAST(:today AS date) - CAST(:waits AS int)

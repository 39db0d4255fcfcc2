-- A disability certificate that has run out and is still called good.
SELECT
    'p' || c.person_id AS subject_key,
    c.person_id,
    NULL::bigint AS household_id,
    jsonb_build_object('records', jsonb_build_array(c.id)) AS details
FROM said AS c
WHERE
    c.feed = 'CL_CERT'
    AND c.data ->> 'status' = '正常'
    AND (c.data ->> 'expires_on')::date < :today
    AND NOT EXISTS (SELECT FROM deaths AS d WHERE d.person_id = c.person_id)

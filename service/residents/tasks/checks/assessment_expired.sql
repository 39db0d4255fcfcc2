-- An elder who needs care and whose assessment has run out.
SELECT
    'p' || c.person_id AS subject_key,
    c.person_id,
    NULL::bigint AS household_id,
    jsonb_build_object('records', jsonb_build_array(c.id)) AS details
FROM said AS c
WHERE
    c.feed = 'MZ_ELD'
    AND c.data ->> 'assess' <> '完好'
    AND (c.data ->> 'valid_to')::date < :today
    AND NOT EXISTS (SELECT FROM deaths AS d WHERE d.person_id = c.person_id)

-- A sex that is not the register's.
SELECT
    'p' || s.person_id || '/' || s.feed AS subject_key,
    s.feed AS feed,
    s.person_id,
    NULL::bigint AS household_id,
    jsonb_build_object('records', jsonb_build_array(s.id, r.id)) AS details
FROM said AS s
INNER JOIN register AS r ON r.person_id = s.person_id
WHERE s.feed = ANY(:tellers) AND s.data ->> 'sex' <> r.sex

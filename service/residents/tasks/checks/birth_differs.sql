-- A day of birth that is not the register's; the wife's birth counts where the person is the wife.
SELECT
    'p' || s.person_id || '/' || s.feed AS subject_key,
    s.feed AS feed,
    s.person_id,
    NULL::bigint AS household_id,
    jsonb_build_object('records', jsonb_build_array(s.id, r.id)) AS details
FROM said AS s
INNER JOIN register AS r ON r.person_id = s.person_id
WHERE
    s.feed = ANY(:tellers)
    AND (
        s.data ->> 'birth' <> r.birth::text
        OR (s.feed = 'WJ_FP' AND r.sex = '女' AND s.data ->> 'wife_birth' <> r.birth::text)
    )

-- A name that is neither the register's nor a former one of the register.
SELECT
    'p' || s.person_id || '/' || s.feed AS subject_key,
    s.feed AS feed,
    s.person_id,
    NULL::bigint AS household_id,
    jsonb_build_object('records', jsonb_build_array(s.id, r.id)) AS details
FROM said AS s
INNER JOIN register AS r ON r.person_id = s.person_id
WHERE
    -- A newborn is named later, and the history of numbers tells former names.
    s.feed = ANY(:tellers)
    AND s.feed NOT IN ('WJ_BIRTH', 'GA_IDHIST')
    AND s.data ->> 'name_index' <> r.name_index
    AND NOT EXISTS (
        SELECT FROM feed_records AS former
        WHERE
            former.person_id = s.told_of
            AND former.feed = 'GA_HUKOU'
            AND former.known_to IS NOT NULL
            AND former.data ->> 'name_index' = s.data ->> 'name_index'
    )

-- Drawing the residents' and the employees' pension at the same time.
SELECT
    'p' || person_id AS subject_key,
    person_id,
    NULL::bigint AS household_id,
    jsonb_build_object('records', jsonb_agg(id ORDER BY id)) AS details
FROM said
WHERE
    feed = 'RS_INS'
    AND data ->> 'benefit' IN ('城乡居民养老', '职工养老')
    AND (data ->> 'from_date')::date <= :today
    AND coalesce((data ->> 'to_date')::date, 'infinity') >= :today
GROUP BY person_id
HAVING count(DISTINCT data ->> 'benefit') > 1

-- Serving a sentence and serving in the forces at the same time.
SELECT
    'p' || jail.person_id AS subject_key,
    jail.person_id,
    NULL::bigint AS household_id,
    jsonb_build_object('records', jsonb_agg(DISTINCT forces.id) || jsonb_agg(DISTINCT jail.id)) AS details
FROM said AS jail
INNER JOIN said AS forces ON forces.person_id = jail.person_id AND forces.feed = 'TY_CONS'
WHERE
    jail.feed = 'SF_PRISON'
    AND coalesce(jail.data ->> 'execution', '监禁') = '监禁'
    AND forces.data ->> 'service_status' = '现役'
    AND (jail.data ->> 'from_date')::date <= :today
    AND coalesce((jail.data ->> 'to_date')::date, 'infinity') >= :today
GROUP BY jail.person_id

-- The police cancelled a registration, not for death, and the register still shows it as good.
SELECT
    'p' || r.person_id AS subject_key,
    r.person_id,
    NULL::bigint AS household_id,
    jsonb_build_object('records', to_jsonb(r.id) || jsonb_agg(gone.id ORDER BY gone.id)) AS details
FROM register AS r
INNER JOIN said AS gone ON gone.person_id = r.person_id AND gone.feed = 'GA_DEREG'
WHERE
    r.status = '正常'
    AND gone.data ->> 'reason' <> '死亡'
    AND gone.data ->> 'restored_on' IS NULL
    AND (gone.data ->> 'dereg_date')::date <= CAST(:today AS date) - CAST(:waits AS int)
    AND coalesce(r.since, '-infinity') <= (gone.data ->> 'dereg_date')::date
GROUP BY r.person_id, r.id

-- One pupil at school in two places at once, or still at school and at a university.
WITH enrolment AS (
    SELECT person_id, id, feed || '/' || coalesce(data ->> 'school_no', data ->> 'school') AS place
    FROM said
    WHERE
        person_id IS NOT NULL
        AND data ->> 'status' = '在读'
        AND (
            (feed = 'JY_STU' AND data ->> 'kind' IS DISTINCT FROM '民办代课教师')
            OR (feed = 'JY_HE' AND (data ->> 'full_time')::boolean IS NOT FALSE)
        )
        AND coalesce((data ->> 'to_date')::date, (data ->> 'graduates_on')::date, 'infinity') >= :today
)

SELECT
    'p' || person_id AS subject_key,
    person_id,
    NULL::bigint AS household_id,
    jsonb_build_object('records', jsonb_agg(id ORDER BY id)) AS details
FROM enrolment
GROUP BY person_id
HAVING count(DISTINCT place) > 1

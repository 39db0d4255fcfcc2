-- A move out of the county that the register has not followed.
WITH newest AS (
    SELECT DISTINCT ON (person_id)
        person_id,
        id,
        data ->> 'to_division' AS to_division,
        data ->> 'from_division' AS from_division,
        (data ->> 'moved_on')::date AS moved_on
    FROM said
    WHERE feed = 'GA_MIG'
    ORDER BY person_id, data ->> 'moved_on' DESC, id DESC
)

SELECT
    'p' || r.person_id AS subject_key,
    r.person_id,
    NULL::bigint AS household_id,
    jsonb_build_object('records', jsonb_build_array(r.id, newest.id)) AS details
FROM newest
INNER JOIN register AS r ON r.person_id = newest.person_id
WHERE
    r.status = '正常'
    AND newest.to_division ~ '^[0-9]{6,12}$'
    AND left(newest.to_division, 6) <> left(r.division, 6)
    AND left(newest.from_division, 6) = left(r.division, 6)
    AND newest.moved_on <= CAST(:today AS date) - CAST(:waits AS int)
    AND coalesce(r.since, '-infinity') <= newest.moved_on

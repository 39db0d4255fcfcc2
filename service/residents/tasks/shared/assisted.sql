-- Members of households whose social assistance is in force.
SELECT
    person_id,
    household_id,
    id,
    data ->> 'category' AS category,
    (data ->> 'head_person_id')::bigint AS head_person_id,
    (data ->> 'approved_date')::date AS approved_date
FROM said
WHERE feed = 'MZ_SA' AND data ->> 'status' = '在保'

-- A member of an assisted household whose registration left the county or was cancelled, not by death.
SELECT
    'p' || a.person_id || '/h' || a.household_id AS subject_key,
    a.person_id,
    a.household_id,
    jsonb_build_object('records', jsonb_build_array(a.id, r.id)) AS details
FROM assisted AS a
INNER JOIN register AS r ON r.person_id = a.person_id
WHERE
    r.status <> '正常'
    AND NOT EXISTS (SELECT FROM deaths AS d WHERE d.person_id = a.person_id)

-- Somebody who is reported dead still counts as a member of an assisted household.
SELECT
    'p' || a.person_id || '/h' || a.household_id AS subject_key,
    a.person_id,
    a.household_id,
    jsonb_build_object('records', to_jsonb(a.id) || jsonb_agg(DISTINCT d.id ORDER BY d.id)) AS details
FROM assisted AS a
INNER JOIN deaths AS d ON d.person_id = a.person_id
GROUP BY a.person_id, a.household_id, a.id

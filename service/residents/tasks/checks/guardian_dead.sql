-- A child whose registered guardian is reported dead.
SELECT
    'p' || child.person_id AS subject_key,
    child.person_id,
    NULL::bigint AS household_id,
    jsonb_build_object('records', to_jsonb(child.id) || jsonb_agg(d.id ORDER BY d.id)) AS details
FROM said AS child
INNER JOIN persons AS p ON p.id = (child.data ->> 'guardian_person_id')::bigint
INNER JOIN deaths AS d ON d.person_id = coalesce(p.merged_into, p.id)
WHERE child.feed = 'MZ_CHILD'
GROUP BY child.person_id, child.id

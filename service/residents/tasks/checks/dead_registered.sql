-- Two departments have long agreed on a death, and the register still shows the person as living here.
SELECT
    'p' || r.person_id AS subject_key,
    r.person_id,
    NULL::bigint AS household_id,
    jsonb_build_object('records', to_jsonb(r.id) || jsonb_agg(d.id ORDER BY d.id)) AS details
FROM register AS r
INNER JOIN deaths AS d ON d.person_id = r.person_id
WHERE r.status = '正常'
GROUP BY r.person_id, r.id
HAVING count(DISTINCT d.feed) > 1 AND max(d.died) < CAST(:today AS date) - CAST(:waits AS int)

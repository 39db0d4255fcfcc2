-- The household register, one row for each person; after a merge the kept number's own record.
SELECT DISTINCT ON (person_id)
    person_id,
    id,
    data ->> 'name_index' AS name_index,
    (data ->> 'birth')::date AS birth,
    data ->> 'sex' AS sex,
    data ->> 'status' AS status,
    data ->> 'division' AS division,
    (data ->> 'since')::date AS since
FROM said
WHERE feed = 'GA_HUKOU'
ORDER BY person_id, told_of <> person_id, id DESC

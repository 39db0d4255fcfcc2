-- What every feed says now, about whom after all merges (temporary view; gone when the look ends).
SELECT
    r.id,
    r.feed,
    r.data,
    r.household_id,
    r.known_from,
    r.person_id AS told_of,
    coalesce(p.merged_into, r.person_id) AS person_id
FROM feed_records AS r
LEFT JOIN persons AS p ON p.id = r.person_id AND p.merged_into IS NOT NULL
WHERE r.known_to IS NULL

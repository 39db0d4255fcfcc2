-- How many people a feed speaks of whom the household register does not know, feed by feed.
-- Only another order of magnitude is a new question.
SELECT
    s.feed AS subject_key,
    s.feed AS feed,
    NULL::bigint AS person_id,
    NULL::bigint AS household_id,
    jsonb_build_object(
        'count', count(DISTINCT s.person_id),
        'magnitude', floor(log(2, count(DISTINCT s.person_id)))
    ) AS details
FROM said AS s
WHERE
    s.feed = ANY(:tellers)
    AND s.person_id IS NOT NULL
    AND EXISTS (SELECT FROM register)
    AND NOT EXISTS (SELECT FROM register AS r WHERE r.person_id = s.person_id)
GROUP BY s.feed

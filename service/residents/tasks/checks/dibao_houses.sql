-- Members of a household on the minimum living allowance own more dwellings than it bears, or a
-- building that is not for living.
SELECT
    'h' || home.household_id AS subject_key,
    min(home.head_person_id) AS person_id,
    home.household_id,
    jsonb_build_object('records', jsonb_agg(DISTINCT house.id ORDER BY house.id)) AS details
FROM assisted AS home
INNER JOIN said AS house ON house.person_id = home.person_id AND house.feed = 'ZR_REAL'
WHERE
    home.category = '低保'
    AND house.data ->> 'status' <> '历史'
    AND house.data ->> 'use' IN ('住宅', '宅基地住房', '居改非', '商业', '办公', '工业')
GROUP BY home.household_id
HAVING
    count(DISTINCT house.data ->> 'unit_no') FILTER (WHERE house.data ->> 'use' IN ('住宅', '宅基地住房')) > :houses
    OR bool_or(house.data ->> 'use' NOT IN ('住宅', '宅基地住房'))
